/** From a tenth of a millisecond to the longest deadline of a question, in seconds. */
const durations = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25]
/** Up to the largest group of a commit. */
const pieces = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** Upper bounds of a histogram's buckets; the same on both runtimes, so that one dashboard reads both. */
export const bucketsOf = (name: string): number[] => (name === 'verimeter_commit_pieces' ? pieces : durations)
