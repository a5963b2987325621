import type { RefusalCode } from '../core/refusal.ts'

/** Codes that the door itself gives, before or outside any decision. */
export type DoorCode =
  | 'request_malformed'
  | 'headers_too_large'
  | 'body_malformed'
  | 'idempotency_key_missing'
  | 'idempotency_key_malformed'
  | 'query_invalid'
  | 'reason_missing'
  | 'reason_malformed'
  | 'token_invalid'
  | 'role_required'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'overloaded'
  | 'fault'

export type ProblemCode = RefusalCode | DoorCode

/** What a caller may do with its Idempotency-Key after this problem. */
export type Retry = 'same_key' | 'new_key' | 'no'

export interface ProblemText {
  title: string
  /** One sentence that says what to change. */
  detail: string
}

export interface ProblemKind {
  status: 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 431 | 500 | 502 | 503 | 504
  retry: Retry
  en: ProblemText
  zh: ProblemText
}

const kind = (
  status: ProblemKind['status'],
  retry: Retry,
  en: [title: string, detail: string],
  zh: [title: string, detail: string],
): ProblemKind => ({ status, retry, en: { title: en[0], detail: en[1] }, zh: { title: zh[0], detail: zh[1] } })

/**
 * Every problem code: its status, what may be retried, and its words in both languages. The only table that knows status
 * codes. Codes are never translated; the words never repeat what was sent.
 */
export const problems: Record<ProblemCode, ProblemKind> = {
  request_malformed: kind(
    400,
    'same_key',
    ['The request is not HTTP/1.1', 'Send a well-formed HTTP/1.1 request.'],
    ['请求不是合法的 HTTP/1.1', '请发送格式正确的 HTTP/1.1 请求。'],
  ),
  headers_too_large: kind(
    431,
    'same_key',
    ['The headers are too large', 'Send fewer or shorter headers; 16 KiB is the limit.'],
    ['请求头过大', '请减少或缩短请求头，上限为 16 KiB。'],
  ),
  body_malformed: kind(
    400,
    'same_key',
    ['The body is not JSON', 'Send one JSON object, encoded as UTF-8.'],
    ['请求体不是合法的 JSON', '请发送一个 UTF-8 编码的 JSON 对象。'],
  ),
  idempotency_key_missing: kind(
    400,
    'same_key',
    ['Idempotency-Key is missing', 'Send the header Idempotency-Key with a value that you have stored before sending.'],
    ['缺少 Idempotency-Key', '请发送请求头 Idempotency-Key，其值应在发送前已保存。'],
  ),
  idempotency_key_malformed: kind(
    400,
    'no',
    [
      'Idempotency-Key is malformed',
      'Send the header once, with 1 to 255 visible ASCII characters, without comma, quote or backslash inside.',
    ],
    ['Idempotency-Key 格式错误', '该请求头只能出现一次，由 1 至 255 个可见 ASCII 字符组成，不含逗号、引号和反斜杠。'],
  ),
  query_invalid: kind(
    400,
    'same_key',
    ['The query is not valid', 'Correct the parameters named in `errors`.'],
    ['查询参数无效', '请更正 `errors` 中列出的参数。'],
  ),
  reason_missing: kind(
    400,
    'same_key',
    [
      'The reason is missing',
      'Say why you read this: send the header Verimeter-Reason, percent-encoded UTF-8. It is kept with your name.',
    ],
    ['缺少查阅理由', '请用请求头 Verimeter-Reason 说明查阅理由（UTF-8 百分号编码），该理由将与您的账号一并留存。'],
  ),
  reason_malformed: kind(
    400,
    'same_key',
    [
      'The reason is malformed',
      'Send Verimeter-Reason as percent-encoded UTF-8: 1 to 200 characters on one line, without the number of a person.',
    ],
    ['查阅理由格式错误', '请发送 UTF-8 百分号编码的 Verimeter-Reason：1 至 200 个字符，不换行，不含个人证件号码。'],
  ),

  key_missing: kind(
    401,
    'same_key',
    ['No API key', 'Send the header Authorization: Bearer followed by your API key.'],
    ['缺少 API 密钥', '请发送请求头 Authorization: Bearer，后接您的 API 密钥。'],
  ),
  key_malformed: kind(
    401,
    'same_key',
    ['The API key is mistyped', 'The key is cut off or mistyped: its checksum is wrong. Copy the whole key again.'],
    ['API 密钥有误', '密钥不完整或有误：校验码不符。请重新复制完整的密钥。'],
  ),
  key_unknown: kind(
    401,
    'same_key',
    ['The API key is not known', 'Use a key of this gateway that has not been replaced.'],
    ['API 密钥不存在', '请使用本网关签发的有效密钥。'],
  ),
  key_expired: kind(
    401,
    'same_key',
    ['The API key has expired', 'Use the key that replaced it, or ask for a new one.'],
    ['API 密钥已过期', '请改用替换它的密钥，或申请新的密钥。'],
  ),
  key_revoked: kind(
    401,
    'same_key',
    ['The API key was revoked', 'Ask for a new key; a revoked one does not come back.'],
    ['API 密钥已吊销', '请申请新的密钥；已吊销的密钥不能恢复。'],
  ),
  token_invalid: kind(
    401,
    'same_key',
    [
      'The staff token is not valid',
      'Send the header Authorization: Bearer followed by a staff token that is signed by a known issuer and has not expired.',
    ],
    ['员工令牌无效', '请发送由可信签发方签名且未过期的员工令牌。'],
  ),

  quota_exhausted: kind(
    402,
    'same_key',
    ['No credits are available', 'Buy a further pack for this check, then send the same request again.'],
    ['可用次数不足', '请为该核验项购买新的次数包，然后重新发送同一请求。'],
  ),

  key_suspended: kind(
    403,
    'same_key',
    ['The API key is suspended', 'Ask the operator on which ground, and use the same key again after it is resumed.'],
    ['API 密钥已被暂停', '请向运营方了解暂停原因，恢复后可继续使用。'],
  ),
  key_scope: kind(
    403,
    'same_key',
    ['The API key lacks the scope', 'Use a key whose scopes cover this call.'],
    ['API 密钥权限不足', '请使用权限范围包含此接口的密钥。'],
  ),
  address_not_allowed: kind(
    403,
    'same_key',
    ['The address is not allowed', 'Call from an address on the allow-list of this key, or have the list changed.'],
    ['来源地址不被允许', '请从该密钥白名单内的地址调用，或申请修改白名单。'],
  ),
  role_required: kind(
    403,
    'same_key',
    ['The role is missing', 'Use a token whose roles cover this act.'],
    ['角色权限不足', '请使用角色包含此操作的令牌。'],
  ),
  approval_required: kind(
    403,
    'same_key',
    ['A second person must approve', 'Let somebody other than the proposer approve this change.'],
    ['需要第二人审批', '请由提议人以外的人员审批此变更。'],
  ),
  account_suspended: kind(
    403,
    'same_key',
    ['The account is suspended', 'Ask the operator on which ground; answers that were paid for can still be read.'],
    ['账户已被暂停', '请向运营方了解暂停原因；已付费的结果仍可查询。'],
  ),
  account_closed: kind(
    403,
    'no',
    ['The account is closed', 'A closed account stays closed; conclude a new agreement.'],
    ['账户已注销', '已注销的账户不能恢复，请重新签订协议。'],
  ),
  not_effective: kind(
    403,
    'same_key',
    [
      'The agreement is not in force',
      'Complete what brings the agreement into force, such as the payment, or wait for its first day.',
    ],
    ['协议尚未生效', '请完成协议生效的条件（例如付款），或等待服务期开始。'],
  ),
  term_expired: kind(
    403,
    'no',
    ['The term of the agreement is over', 'Conclude a new agreement or an extension.'],
    ['服务期已届满', '请续签或重新签订协议。'],
  ),
  check_not_granted: kind(
    403,
    'same_key',
    ['The check is not granted', 'Ask for one of the checks that GET /v1/checks lists.'],
    ['未开通该核验项', '请使用 GET /v1/checks 列出的核验项。'],
  ),
  purpose_not_allowed: kind(
    403,
    'same_key',
    ['The purpose is not allowed', 'Name one of the purposes that GET /v1/checks lists for this check.'],
    ['使用目的不被允许', '请使用 GET /v1/checks 为该核验项列出的目的之一。'],
  ),
  subject_on_hold: kind(
    403,
    'same_key',
    ['Checks about this person are on hold', 'Wait until the objection is settled; other persons are not affected.'],
    ['该信息主体的核验已暂停', '请等待异议处理完毕；其他主体不受影响。'],
  ),
  consent_missing: kind(
    403,
    'same_key',
    ['No recorded consent', 'Record the consent of the person with POST /v1/consents before the call, and name it.'],
    ['未找到授权记录', '请先用 POST /v1/consents 记录信息主体的授权，并在请求中引用。'],
  ),
  consent_subject: kind(
    403,
    'same_key',
    ['The consent is another person’s', 'Name the consent of the person who is checked.'],
    ['授权主体不符', '请引用被核验人本人的授权。'],
  ),
  consent_withdrawn: kind(
    403,
    'no',
    ['The consent was withdrawn', 'Do not check this person unless a new consent is given.'],
    ['授权已撤回', '除非取得新的授权，否则请勿核验该信息主体。'],
  ),
  consent_expired: kind(
    403,
    'no',
    ['The consent has expired', 'Obtain and record a new consent.'],
    ['授权已过期', '请取得并记录新的授权。'],
  ),
  consent_after_request: kind(
    403,
    'same_key',
    ['The consent is later than the call', 'The consent must be given before the call.'],
    ['授权晚于请求', '授权必须在核验请求之前取得。'],
  ),
  consent_scope: kind(
    403,
    'no',
    [
      'The consent does not cover this',
      'The consent must cover this check and this purpose, and be of a kind that the agreement accepts.',
    ],
    ['授权范围不符', '授权须覆盖该核验项与使用目的，且类型为协议所接受。'],
  ),
  consent_source: kind(
    403,
    'no',
    [
      'The consent names no source that answers',
      'The consent must disclose a source that answers this check; see GET /v1/checks.',
    ],
    ['授权未包含数据源', '授权须告知能够回答该核验项的数据源，参见 GET /v1/checks。'],
  ),
  consent_used_up: kind(
    403,
    'no',
    ['The consent is used up', 'Obtain and record a new consent.'],
    ['授权次数已用完', '请取得并记录新的授权。'],
  ),

  not_found: kind(
    404,
    'no',
    ['Not found', 'Check the address; what belongs to another account is not found either.'],
    ['未找到', '请检查地址；属于其他账户的内容同样不可见。'],
  ),
  method_not_allowed: kind(
    405,
    'no',
    ['The method is not allowed', 'Use a method that the header Allow lists.'],
    ['不支持该请求方法', '请使用响应头 Allow 列出的方法。'],
  ),
  verification_in_progress: kind(
    409,
    'same_key',
    ['The verification is still being asked', 'Wait a moment and send the same request with the same key.'],
    ['核验进行中', '请稍候，用同一 Idempotency-Key 重发同一请求。'],
  ),
  state_conflict: kind(
    409,
    'no',
    ['The state does not allow this', 'Read the current state, named in `reason`, and decide again.'],
    ['当前状态不允许此操作', '请查看 `reason` 所示的当前状态后再决定。'],
  ),
  consent_reference_reused: kind(
    409,
    'no',
    ['The reference is in use', 'This reference already names another statement of consent; use a new reference.'],
    ['授权编号已被使用', '该编号已对应另一条授权，请使用新的编号。'],
  ),
  body_too_large: kind(
    413,
    'no',
    ['The body is too large', 'Send less; a batch takes up to 500 consents.'],
    ['请求体过大', '请减小请求体；批量接口每次最多 500 条授权。'],
  ),
  media_type_unsupported: kind(
    415,
    'same_key',
    ['The media type is not supported', 'Send Content-Type: application/json, without a Content-Encoding.'],
    ['不支持的媒体类型', '请发送 Content-Type: application/json，不要使用 Content-Encoding。'],
  ),
  input_invalid: kind(
    422,
    'same_key',
    ['The input is not valid', 'Correct the members named in `errors`; nothing was asked and nothing is charged.'],
    ['输入无效', '请更正 `errors` 中列出的字段；未发起查询，也未计费。'],
  ),
  idempotency_key_reused: kind(
    422,
    'new_key',
    ['The Idempotency-Key was used for another request', 'Send the original body with this key, or a new key with this body.'],
    ['Idempotency-Key 已用于另一请求', '请用该值重发原请求体，或为新请求体使用新值。'],
  ),
  agreement_incomplete: kind(
    422,
    'same_key',
    ['The agreement is not complete', 'Fill in or correct the parameters named in `reason`.'],
    ['协议参数不完整', '请补全或更正 `reason` 所示的参数。'],
  ),
  abnormal_usage: kind(
    429,
    'same_key',
    [
      'Abnormal usage',
      'The key is slowed down because its use looks like probing. Wait as long as Retry-After says; ask the operator.',
    ],
    ['使用异常', '该密钥的使用疑似探测，已被限速。请按 Retry-After 等待，并联系运营方。'],
  ),
  rate_limited: kind(
    429,
    'same_key',
    ['Too many requests', 'Wait as long as Retry-After says and send the same request again.'],
    ['请求过于频繁', '请按 Retry-After 等待后重发同一请求。'],
  ),

  fault: kind(
    500,
    'same_key',
    ['A fault of the gateway', 'Send the same request with the same key; if it fails again, tell the operator the request_id.'],
    ['网关故障', '请用同一 Idempotency-Key 重发；若仍失败，请将 request_id 告知运营方。'],
  ),
  source_unavailable: kind(
    502,
    'new_key',
    ['The source is not available', 'The source did not do it; nothing is charged. Send the request again with a new key.'],
    ['数据源不可用', '数据源未执行，未计费。请使用新的 Idempotency-Key 重新发送。'],
  ),
  overloaded: kind(
    503,
    'same_key',
    ['No new work is accepted', 'Wait as long as Retry-After says and send the same request again.'],
    ['暂不受理新请求', '请按 Retry-After 等待后重发同一请求。'],
  ),
  source_unknown: kind(
    504,
    'same_key',
    [
      'The answer of the source is not known yet',
      'The source may have done the work. Look at the verification named here, or send the same request with the same key later.',
    ],
    ['数据源结果未知', '数据源可能已执行。请查询此处所示的核验，或稍后用同一 Idempotency-Key 重发。'],
  ),
}
