/** `test` keys reach only the sandbox source and test grants; `live` keys never do. */
export type Mode = 'live' | 'test'
