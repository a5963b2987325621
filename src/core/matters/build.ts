/** What a provider that builds late owes, in fen: by day, or a lump sum instead when the customer ends the agreement (S3 §8.1). */
export interface DelayFigures {
  asOf: string
  daysLate: number
  dailyFen: number
  accruedFen: number
  terminationRight: boolean
  /** Null while the customer may not end it. It is never added to the days (contracts.md §5 no. 26). */
  lumpFen: number | null
}

/** The time to build, from the day on which the agreement is in force (S3 第三条). */
export interface Build {
  startedOn: string
  finishedOn: string | null
  /** Null while it is in time, and where the agreement knows no such penalty. */
  delay: DelayFigures | null
}

export type BuildAct = { kind: 'finish_build'; buildId: number; on: string }
