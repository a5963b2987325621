/** What proves a payment: the tax certificate [完税证明], an electronic invoice [电子票据], or a receipt (S3 附件1 模块1). */
export const receiptKinds = ['tax_certificate', 'e_invoice', 'receipt'] as const
export type ReceiptKind = (typeof receiptKinds)[number]

/** One paper of a payment, by its number and the digest of its file. A number stands once in an account. */
export interface Receipt {
  paymentOrderId: number
  receipt: ReceiptKind
  number: string
  on: string
  sha256: string
}
