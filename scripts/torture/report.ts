/** What a run found; the members that DESIGN.md §8 names, and what a reader wants beside them. A part that was not run is null. */
export interface TortureReport {
  seed: number
  kills: number | null
  /** Answered keys that a crash image was checked for. */
  answeredChecked: number | null
  /** Calls to the vendor that a crash image was checked for. */
  callsChecked: number | null
  /** How many violations all parts found together. */
  violations: number
  violationList: string[]
  mutants: { seeded: number; caught: number; survivors: string[] } | null
  failpoints: { combinations: number; differing: number } | null
  /** Disks that a power cut could have left; those that lost an answer, were damaged, or hold what came before its sync. */
  powerCut: { states: number; lost: number; corrupt: number; unsynced: number; controlLost: number } | null
}

/** What one part adds to the report. */
export interface PartResult {
  /** Its members of the report. */
  report: Partial<TortureReport>
  violations: string[]
  /** Why the run proves nothing, or null. */
  isVoid: string | null
  /** What this machine lacks for the part, so that it did not run. */
  absent?: string
  /** One line for people. */
  line: string
}

export interface PartOptions {
  kills: number
  seed: number
  fewestAnswers: number | null
  quick: boolean
  /** The crash loop on local workerd instead of Node. */
  workerd: boolean
  /** Most disks of the power cuts that are opened. */
  states: number
  /** Where a long run stands. */
  progress(text: string): void
}

/** One part of the torture: a name for `--only`, and what it does. */
export interface Part {
  name: string
  what: string
  run(options: PartOptions): Promise<PartResult>
}
