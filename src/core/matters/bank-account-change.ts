import type { KeyedDigest } from '../ports.ts'

/** Whose account changes. */
export type BankSide = 'customer' | 'provider'

/** The notice of another bank account (S3 §2.4). Its number stands here masked and as a keyed digest. */
export interface BankAccountChange {
  side: BankSide
  /** Name and tax id of its owner: they stay what they were. */
  name: string
  taxId: string
  bank: string
  numberMasked: string
  number: KeyedDigest
  /** First day on which it may take effect, Asia/Shanghai. */
  earliestOn: string
  effectiveOn: string
  /** The consent of the other side. */
  consent: { by: string; at: number } | null
}

export type BankAccountChangeAct =
  | {
      kind: 'notify_bank_account'
      reference: string | null
      name: string
      taxId: string
      bank: string
      numberMasked: string
      number: KeyedDigest
      effectiveOn: string
    }
  | { kind: 'answer_bank_account'; changeId: number; consents: boolean }
