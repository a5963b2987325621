/** Languages of the guide. Codes, members and programs are the same in both. */
export type Language = 'en' | 'zh'

/** What the guide explains, in one language. `steps` are a heading and what to do; backticks mark code. */
export interface Words {
  title: string
  about: string[]
  stepsTitle: string
  steps: [heading: string, text: string][]
  outcomesTitle: string
  outcomes: [what: string, meaning: string][]
  examplesTitle: string
  examplesText: string
  tested: string
  notTested: string
  problemsTitle: string
  retryRules: [rule: string, meaning: string][]
  columns: { code: string; status: string; retry: string; meaning: string }
  sandboxTitle: string
  sandboxText: string
  sandboxColumns: [check: string, subject: string, outcome: string, note: string]
  webhooksTitle: string
  webhooksTexts: string[]
  routesTitle: string
  routesText: string
  routeWords: { caller: string; callers: Record<'apiKey' | 'staffToken' | 'anyone', string>; parameters: string; body: string }
}

const en: Words = {
  title: 'Verimeter: how to use it',
  about: [
    'The gateway answers whether an identity number and a name belong together, and charges for the answer.',
    'Nothing is asked without a recorded consent of the person, and nothing without a credit that is put aside first.',
    'An answer leaves the gateway only when the charge and the audit entry are on disk.',
    'You pay by outcome, as your agreement says: a match and a mismatch cost a credit, a failure costs nothing.',
    'When nobody can know whether the source did the work, the gateway says so, finds out, and never charges without a result.',
  ],
  stepsTitle: 'Five steps',
  steps: [
    [
      'Get a key',
      'The operator makes it and shows it once. `vm_test_…` reaches only the sandbox, `vm_live_…` the data sources. Send it as `Authorization: Bearer …`, and keep it out of URLs and logs.',
    ],
    [
      'Record the consent',
      '`POST /v1/consents` with a `reference` of your own, before the first question. It names the person, the checks, the purposes and the sources that you told the person about. Sending the same statement again changes nothing.',
    ],
    [
      'Verify with an Idempotency-Key',
      'Make a key, store it in your database, then call `POST /v1/verifications`. The ID number goes into the body alone, never into an address, a `reference` or a log.',
    ],
    [
      'Handle every ending',
      'Read `outcome` and `charged` of a 200. Of every other status read `code` and `retry`. After a time-out, a broken connection, 409, 429, 500, 503 or 504 send the same body with the same key, later: the stored answer comes back and costs nothing more. A 502 is a definite no: send it with a new key.',
    ],
    [
      'Look after it',
      '`GET /v1/balance` and `GET /v1/usage` show credits and use. `POST /v1/consents/{id}/withdrawal` ends a consent at once; answers that were paid for stay readable.',
    ],
  ],
  outcomesTitle: 'Endings',
  outcomes: [
    ['200 `match`', 'The number and the name belong together.'],
    ['200 `mismatch`', 'The source knows the number under another name.'],
    ['200 `no_record`', 'The source knows nobody like that. It is no sign of fraud.'],
    ['200 `rejected`', 'The source refused the input. Not charged.'],
    ['502 `source_unavailable`', 'A definite no of the source. Not charged; send it again with a new key.'],
    ['504 `source_unknown`', 'In doubt. Send the same key again later, or read the verification that the problem names.'],
  ],
  examplesTitle: 'Whole programs',
  examplesText:
    'Each does the main job: consent, verification with retries, balance, withdrawal. Address and key come from `VERIMETER_URL` and `VERIMETER_KEY`. `sandbox` as the source is for test keys; a live key names the sources of `GET /v1/checks`.',
  tested: 'Run against a gateway by every run of the tests.',
  notTested: 'Not run by the tests; written beside those that are.',
  problemsTitle: 'Problem codes',
  retryRules: [
    ['same_key', 'send the same request again with the same key, after the change that `detail` names'],
    ['new_key', 'send it again with a new key'],
    ['no', 'sending it again does not help'],
  ],
  columns: { code: 'Code', status: 'Status', retry: 'Retry', meaning: 'What to do' },
  sandboxTitle: 'Persons of the sandbox',
  sandboxText: 'A test key gets these answers. The numbers are printed in standards and belong to nobody.',
  sandboxColumns: ['Check', 'data_subject', 'Outcome', 'Note'],
  webhooksTitle: 'Webhooks',
  webhooksTexts: [
    'Name an address with `POST /v1/webhook-endpoints`, and every notice for you is posted there: `{"type", "timestamp", "data"}`, where `data` holds ids, codes and numbers, never a person. Fetch the rest with your key. It costs nothing.',
    'They follow Standard Webhooks, so verify them with one of its libraries: `new Webhook(secret).verify(body, headers)`. By hand: Base64 of HMAC-SHA-256 over `webhook-id`, a dot, `webhook-timestamp`, a dot and the raw body, under the Base64-decoded part of the secret after `whsec_`, must be one of the values after `v1,` in `webhook-signature`. Refuse a timestamp more than five minutes off.',
    'Answer any 2xx within ten seconds, and do the work later. Everything else is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, under the same `webhook-id`: one that you know already is done. `Retry-After` is honoured, a redirect is not followed, and 410 ends it at once.',
    'Replace the secret with `POST /v1/webhook-endpoints/{webhook_endpoint_id}/secret`: for 24 hours both sign. Try it with `POST …/tests`, which sends `webhook_test`.',
  ],
  routesTitle: 'Routes',
  routesText: 'The same as in `/openapi.json`, from which a client can be generated.',
  routeWords: {
    caller: 'Caller',
    callers: { apiKey: 'customer, API key', staffToken: 'staff, token', anyone: 'anyone' },
    parameters: 'Parameters',
    body: 'Body',
  },
}

const zh: Words = {
  title: 'Verimeter：使用指南',
  about: [
    '本网关回答证件号码与姓名是否一致，并按结果计费。',
    '未记录信息主体的授权，不发起任何查询；未先预留次数，也不发起查询。',
    '只有计费与审计记录落盘之后，结果才会返回。',
    '按协议约定依结果计费：一致与不一致各扣一次，失败不扣。',
    '当无法确定数据源是否已执行时，网关会如实告知并查明；没有结果绝不计费。',
  ],
  stepsTitle: '五步接入',
  steps: [
    [
      '取得密钥',
      '由运营方创建，仅展示一次。`vm_test_…` 只能访问沙箱，`vm_live_…` 访问数据源。以 `Authorization: Bearer …` 发送，不得出现在网址或日志中。',
    ],
    [
      '记录授权',
      '在首次查询之前，用您自己的 `reference` 调用 `POST /v1/consents`，写明信息主体、核验项、目的，以及已向其告知的数据源。重复发送同一内容不会产生变化。',
    ],
    [
      '携带 Idempotency-Key 核验',
      '先生成并保存该值，再调用 `POST /v1/verifications`。证件号码只放在请求体中，不得出现在网址、`reference` 或日志中。',
    ],
    [
      '处理每一种结局',
      '状态为 200 时读取 `outcome` 与 `charged`；其他状态读取 `code` 与 `retry`。遇到超时、连接中断、409、429、500、503 或 504，请稍后用同一值重发同一请求体：将返回已保存的结果，不再计费。502 表示数据源明确未执行，请使用新值重发。',
    ],
    [
      '查询与撤回',
      '`GET /v1/balance` 与 `GET /v1/usage` 查询余量与用量。`POST /v1/consents/{id}/withdrawal` 立即终止授权；已付费的结果仍可查询。',
    ],
  ],
  outcomesTitle: '各种结局',
  outcomes: [
    ['200 `match`', '号码与姓名一致。'],
    ['200 `mismatch`', '数据源中该号码对应其他姓名。'],
    ['200 `no_record`', '数据源中没有此人，并不代表欺诈。'],
    ['200 `rejected`', '数据源拒绝该输入，不计费。'],
    ['502 `source_unavailable`', '数据源明确未执行，不计费；请使用新值重发。'],
    ['504 `source_unknown`', '结果未知。请稍后用同一值重发，或查询问题中所示的核验。'],
  ],
  examplesTitle: '完整程序',
  examplesText:
    '每个程序完成主要流程：授权、带重试的核验、余量、撤回。地址与密钥取自 `VERIMETER_URL` 与 `VERIMETER_KEY`。数据源 `sandbox` 仅用于测试密钥；正式密钥请填写 `GET /v1/checks` 列出的数据源。',
  tested: '每次测试都会对真实网关运行。',
  notTested: '测试不运行此程序，仅与已测试的程序对照编写。',
  problemsTitle: '问题代码',
  retryRules: [
    ['same_key', '按 `detail` 更正后，用同一值重发同一请求'],
    ['new_key', '使用新值重发'],
    ['no', '重发无效'],
  ],
  columns: { code: '代码', status: '状态', retry: '重试', meaning: '处理方法' },
  sandboxTitle: '沙箱人员',
  sandboxText: '测试密钥得到以下结果。号码取自标准文本，不属于任何人。',
  sandboxColumns: ['核验项', 'data_subject', '结果', '说明'],
  webhooksTitle: 'Webhook',
  webhooksTexts: [
    '用 `POST /v1/webhook-endpoints` 登记一个地址，给您的每条通知都会发送到该地址：`{"type", "timestamp", "data"}`，其中 `data` 只含编号、代码和数字，不含任何个人信息；其余内容请用密钥查询。推送不收费。',
    '格式遵循 Standard Webhooks，可用其现成的库验证：`new Webhook(secret).verify(body, headers)`。自行验证时：对 `webhook-id`、点、`webhook-timestamp`、点、原始正文计算 HMAC-SHA-256，密钥为 `whsec_` 之后部分的 Base64 解码，结果的 Base64 须等于 `webhook-signature` 中 `v1,` 之后的某个值。时间戳相差超过五分钟的请拒绝。',
    '请在十秒内返回任意 2xx，业务稍后处理。其他结果将在 5 秒、5 分钟、30 分钟、2、5、10、14、20、24 小时后重试，`webhook-id` 不变：已处理过的请忽略。遵守 `Retry-After`，不跟随重定向，返回 410 立即停止。',
    '用 `POST /v1/webhook-endpoints/{webhook_endpoint_id}/secret` 更换密钥：24 小时内新旧密钥同时签名。用 `POST …/tests` 测试，将发送 `webhook_test`。',
  ],
  routesTitle: '接口',
  routesText: '与 `/openapi.json` 相同，可据此生成客户端。',
  routeWords: {
    caller: '调用方',
    callers: { apiKey: '客户，API 密钥', staffToken: '员工，令牌', anyone: '任何人' },
    parameters: '参数',
    body: '请求体',
  },
}

export const words: Readonly<Record<Language, Words>> = { en, zh }
