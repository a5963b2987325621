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
  due: { title: '账单待付', text: '有账单即将到期，请在账单列表中查看。' },
  overdue: { title: '账单逾期', text: '有账单逾期未付，请在账单列表中查看。' },
  closing: { title: '账户正在办理终止', text: '账户终止手续已开始，各步骤及期限请见期限列表。' },
  maintenance: {
    title: '计划维护通知',
    text: '{from_at} 至 {to_at} 期间服务可能中断（{cause}），维护编号 {maintenance_window}。',
  },
  maintenance_cancelled: {
    title: '计划维护取消',
    text: '原定于 {from_at} 开始的维护 {maintenance_window} 已取消。',
  },
  statement_ready: { title: '对账单已生成', text: '新的对账单可通过 GET /v1/statements 获取。' },
  deadline_ahead: { title: '期限临近', text: '有事项需要您在近期完成，请见 GET /v1/deadlines。' },
  notice_of_breach: { title: '违约通知', text: '服务方通知：协议未被遵守。具体要求及期限请见期限列表。' },
  evidence_requested: { title: '请提供授权文本', text: '请提交一份同意记录的授权文本，期限请见期限列表。' },
  verification_settled: {
    title: '存疑核验已有结果',
    text: '核验 {verification} 此前状态未定，现已结束：{outcome}，计费次数 {credits}。',
  },
  contact_changed: {
    title: '通知地址变更',
    text: '通知地址 {contact}（{channel}）自 {from} 起新增、变更或停用。如非您本人操作，请立即与我们联系。',
  },
  written: { title: '协议事项通知', text: '服务方就以下事项向您发出通知：{subject}。' },
  offer: { title: '优惠信息', text: '有新的优惠信息。您可以随时撤回接收此类信息的同意。' },
}
