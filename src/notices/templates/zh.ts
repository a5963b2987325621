import type { Templates } from './template.ts'

/** What a notice says in Chinese, by scene. Holes are filled with ids, codes, numbers, days and instants alone. */
export const zh: Templates = {
  ticket_answered: { title: '工单已答复', text: '服务方已答复您的工单 {ticket}。' },
  quota_low: { title: '剩余次数不足', text: '套餐 {grant}（{check}）剩余不超过 {percent}%，可用次数 {available}。' },
  expiry_ahead: {
    title: '套餐即将到期',
    text: '套餐 {grant}（{check}）可使用至 {last_day}（含当日），可用次数 {available}，到期未使用的次数失效。',
  },
  suspended: { title: '服务已暂停', text: '自即日起调用将被拒绝，暂停原因请见 GET /v1/account。' },
  resumed: { title: '服务已恢复', text: '暂停已解除，调用恢复正常。' },
  change: {
    title: '数据源服务调整',
    text: '数据源 {source} 通知自 {effective_on} 起调整（{change}）。请答复接受或不接受：{source_change}。未答复的，原条款和原价格不变。',
  },
  change_answered: {
    title: '已记录您对调整的答复',
    text: '您对调整 {source_change} 的答复已记录：{answer}，后续处理：{standing}。',
  },
  due: { title: '款项待付', text: '有款项应于 {due_on} 前支付，明细请在账户中查看。' },
  overdue: { title: '款项逾期', text: '应于 {due_on} 前支付的款项尚未到账，明细请在账户中查看。' },
  closing: { title: '账户正在办理终止', text: '账户终止手续已开始，各步骤及期限请见期限列表。' },
  maintenance: {
    title: '计划维护通知',
    text: '{from_at} 至 {to_at} 期间服务可能中断（{cause}），维护编号 {maintenance_window}。',
  },
  maintenance_cancelled: {
    title: '计划维护取消',
    text: '原定于 {from_at} 开始的维护 {maintenance_window} 已取消。',
  },
  statement_ready: {
    title: '对账单已生成',
    text: '{period} 对账单可通过 GET /v1/statements/{statement} 获取。异议期限载于其中；逾期未提出异议视为认可。',
  },
  deadline_ahead: { title: '期限临近', text: '有事项需要您在近期完成，请见 GET /v1/deadlines。' },
  notice_of_breach: { title: '违约通知', text: '服务方通知：协议未被遵守。具体要求及期限请见期限列表。' },
  evidence_requested: {
    title: '请提供授权文本',
    text: '请提交 {calls} 次调用的授权文本：{evidence_request}，期限请见期限列表。',
  },
  verification_settled: {
    title: '存疑核验已有结果',
    text: '核验 {verification} 此前状态未定，现已结束：{outcome}，计费次数 {credits}。',
  },
  contact_changed: {
    title: '通知地址变更',
    text: '通知地址 {contact}（{channel}）自 {from} 起新增、变更或停用。如非您本人操作，请立即与我们联系。',
  },
  written: { title: '协议事项通知', text: '服务方就以下事项向您发出通知：{subject}。' },
  agreement_change_shown: { title: '协议拟变更', text: '协议变更已向您展示：{amendment}，变更后为第 {version} 版。' },
  paper_expired: { title: '证明文件已过期', text: '证明文件 {paper}（{kind}）已过有效期，请重新提交。' },
  webhook_disabled: { title: '回调地址已停用', text: '回调地址 {webhook_endpoint} 已停止推送（{because}），请修复后重新启用。' },
  webhook_test: { title: '测试', text: '这是一条回调地址测试消息，没有实际事项发生。' },
  closing_announced: { title: '协议终止通知', text: '协议终止已通知：{closing}，依据 {clause}。终止日期及步骤请见期限列表。' },
  closing_cancelled: { title: '协议终止已取消', text: '已通知的终止 {closing} 已取消，协议继续履行。' },
  account_closed: { title: '账户已关闭', text: '账户已关闭：{closing}，依据 {clause}。调用将被拒绝，已有记录仍可查阅。' },
  settlement_approved: {
    title: '结算单已出具',
    text: '结算单 {settlement} 已由双人审批，可供查阅。如无异议请签署确认，如有异议请提出。',
  },
  evidence_breached: {
    title: '授权文本缺失',
    text: '要求 {evidence_request} 所涉授权文本逾期未提交，或与记录不一致（{clause}）。',
  },
  inactivity_reached: {
    title: '账户长期未使用',
    text: '截至 {last_day} 长期未发生操作，协议可能终止（{clause}）。发起一次调用即可继续使用。',
  },
  correction_ordered: { title: '整改通知', text: '检查发现需要整改的事项（{ground}），期限请见期限列表。' },
  usage_warned: { title: '密钥使用异常', text: '您的一个密钥的使用疑似试探性查询，请核查使用人。' },
  usage_throttled: { title: '密钥已限速', text: '您的一个密钥因疑似试探性查询已被限速。' },
  authority_request: { title: '有权机关要求', text: '有权机关就与您账户有关的事项提出了要求，或已获告知。' },
  dispute_opened: { title: '协商通知', text: '服务方就争议请求协商：{dispute}，期限请见期限列表。' },
  force_majeure: { title: '不可抗力通知', text: '{event_on} 发生的事件使服务方无法履行义务，证明文件随后提交。' },
  offer: { title: '优惠信息', text: '有新的优惠信息。您可以随时撤回接收此类信息的同意。' },
}
