import { canonicalJson } from '../core/canonical-json.ts'
import type { Inclusion } from '../core/merkle.ts'
import type { Crypto } from '../core/ports.ts'
import type { CallEvidence } from '../core/reads.ts'
import { toRfc3339 } from '../core/shanghai.ts'

/** The form of the file; another form gets another name. */
export const evidenceFormat = 'verimeter-charge-evidence/1'

/** How anybody checks the file, in words. */
const howToVerify = {
  en: [
    'Every leaf hash is SHA-256 over one zero byte and the UTF-8 bytes of its leaf (RFC 9162, section 2.1.1).',
    'The path leads from the leaf hash of the capture to the root, as RFC 9162, section 2.1.3.2 says; nodes are SHA-256 over the byte 01 and the two hashes.',
    'The leaf names the call, its outcome, its credits, its key, its consent and its source by their numbers; they are those at the end of the ids.',
    'The digest of the agreement is SHA-256 over the UTF-8 bytes of its terms.',
    'The digest of this file is SHA-256 over its canonical JSON (RFC 8785) without the member "digest".',
    'The root is that of the account’s audit log at the given size; compare it with the one that you were given at another time.',
  ],
  zh: [
    '叶哈希为一个零字节加叶文本（UTF-8）的 SHA-256（RFC 9162 第 2.1.1 节）。',
    '由扣费叶哈希沿 path 按 RFC 9162 第 2.1.3.2 节算得 root；节点为字节 01 加左右两个哈希的 SHA-256。',
    '叶以编号记明调用、结果、扣减次数、密钥、授权和数据源；编号即各标识末段。',
    '协议摘要为 terms 文本（UTF-8）的 SHA-256。',
    '本文件摘要为去掉 digest 成员后的规范化 JSON（RFC 8785）的 SHA-256。',
    'root 为账户审计日志在该 size 时的根；请与另行取得的根比对。',
  ],
}

/** What the door has made ready for the party that asks: things as it is shown them everywhere else. */
export interface EvidenceParts {
  accountId: string
  dispute: object
  call: object
  consent: object
  /** The authorisation text as it was filed; null while it was not. */
  evidenceFile: { state: string; sha256: string; bytes: number } | null
}

/** Staff are not named to the customer; the journal knows them. */
const actorOf = (actor: string): string => actor.replace(/^staff:.*$/s, 'staff')

/**
 * Everything about one disputed charge in one file: canonical JSON, so that the same state gives the same bytes. Personal data is in
 * it as the party sees it anyway, masked; the leaves hold none.
 */
export const makeChargeEvidence = (
  crypto: Pick<Crypto, 'sha256'>,
  { accountId, dispute, call, consent, evidenceFile }: EvidenceParts,
  { agreement, entries }: Pick<CallEvidence, 'agreement' | 'entries'>,
  { index, size, leafHash, path, root }: Inclusion,
): string => {
  const { preset } = JSON.parse(agreement.terms) as { preset: string }
  const whole = {
    format: evidenceFormat,
    how_to_verify: howToVerify,
    account_id: accountId,
    dispute,
    call,
    consent: { ...consent, evidence_file: evidenceFile },
    agreement: { version: agreement.version, preset, digest: agreement.digest, terms: agreement.terms },
    entries: entries.map(({ seq, kind, at, actor, credits, leaf }) => ({
      seq,
      kind,
      at: toRfc3339(at),
      actor: actorOf(actor),
      credits,
      leaf: leaf && { index: leaf.index, hash: leaf.hash, text: leaf.text },
    })),
    log: { size, root, index, leaf_hash: leafHash, path },
  }
  return canonicalJson({ ...whole, digest: crypto.sha256(canonicalJson(whole)) })
}
