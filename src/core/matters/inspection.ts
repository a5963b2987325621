/** An inspection of how the customer uses the service, and the order to correct what it found (S1 §4.4). */
export interface Inspection {
  /** What was looked at and found. */
  finding: string
  /** What has to be corrected; null when everything was in order. */
  order: {
    text: string
    /** The ground of a suspension when it is not done in time. */
    ground: string
    /** The notice that told the customer of the order. */
    noticeId: number
  } | null
  /** What the customer said was done, and what staff found then; oldest first. */
  steps: { step: 'reported' | 'confirmed' | 'overdue'; at: number; by: string; text: string | null }[]
}

export type InspectionStaffAct =
  | {
      kind: 'record_inspection'
      reference: string | null
      finding: string
      order: { text: string; ground: string; dueAt: number } | null
    }
  | { kind: 'confirm_correction'; inspectionId: number; text: string | null }

export type InspectionCustomerAct = { kind: 'report_correction'; inspectionId: number; text: string }
