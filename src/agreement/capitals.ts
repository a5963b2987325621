/*
 * Amounts in capital characters [大写], as contracts and statements print them (S3 §2.2). The rules are those of the central bank
 * for bills: 正确填写票据和结算凭证的基本规定 (支付结算办法, 附件一), no. 2 and 3.
 */

const digits = '零壹贰叁肆伍陆柒捌玖'
const places = ['', '拾', '佰', '仟']
const limitYuan = 10n ** 16n

/** One place of the text: what is printed, and what may stand there instead. */
type Segment = readonly [printed: string, ...others: string[]]

/** Four digits without leading zeros; a run of zeros inside is one 零, and none at the end. */
const spellGroup = (group: number): string => {
  let text = ''
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10
    if (digit !== 0) text += `${digits.charAt(digit)}${places[place]}`
    else if (text !== '' && group % 10 ** place >= 10 ** (place - 1)) text += '零'
  }
  return text
}

/**
 * Between two groups. 零 has to stand where the lower group begins with one. Where the higher group only ends with one it is
 * optional; it is printed where a whole group is empty, since 壹亿伍仟元 would read like 壹亿伍仟万元.
 */
const joinGroups = (higher: number, lower: number): Segment => {
  if (lower < 1000) return ['零']
  if (higher === 0) return ['零', '']
  return higher % 10 === 0 ? ['', '零'] : ['']
}

/** Whole yuan above 0, in groups of four: 万亿, 亿, 万, and the rest. */
const spellYuan = (yuan: bigint): Segment[] => {
  const groupOf = (index: number) => Number((yuan / 10n ** BigInt(4 * index)) % 10_000n)
  const segments: Segment[] = []
  for (let index = 3; index >= 0; index -= 1) {
    const group = groupOf(index)
    const begun = segments.length > 0
    if (group !== 0) {
      if (begun) segments.push(joinGroups(groupOf(index + 1), group))
      segments.push([spellGroup(group)])
      if (index % 2 === 1) segments.push(['万'])
    }
    if (index === 2 && segments.length > 0) segments.push(['亿'])
  }
  return segments
}

/** Jiao and fen after whole yuan: 零 has to stand before fen alone, and is optional where the yuan end with a zero. */
const spellCents = (yuan: bigint, jiao: number, fen: number): Segment[] => {
  const segments: Segment[] = []
  if (yuan > 0n && jiao === 0 && fen !== 0) segments.push(['零'])
  if (yuan > 0n && jiao !== 0 && yuan % 10n === 0n) segments.push(['', '零'])
  if (jiao !== 0) segments.push([`${digits.charAt(jiao)}角`])
  if (fen !== 0) segments.push([`${digits.charAt(fen)}分`])
  // 整 closes whole yuan, may close jiao, and never follows fen.
  if (fen === 0) segments.push(jiao === 0 ? ['整'] : ['', '整'])
  return segments
}

/**
 * Every right spelling of an amount in capital characters; the first is the one that is printed. Below 0 it begins with 负. The
 * optional 人民币 before it is left to the document. Throws RangeError from 10^16 yuan on, for which there is no usual spelling.
 */
export const spellCapitals = (amountFen: bigint): [string, ...string[]] => {
  const sizeFen = amountFen < 0n ? -amountFen : amountFen
  const yuan = sizeFen / 100n
  if (yuan >= limitYuan) throw new RangeError('an amount in capital characters is below 10^16 yuan')
  const cents = Number(sizeFen % 100n)
  const whole: Segment[] = yuan > 0n ? [...spellYuan(yuan), ['元']] : [cents === 0 ? ['零元'] : ['', '零元']]
  const segments = [...whole, ...spellCents(yuan, Math.floor(cents / 10), cents % 10)]
  const sign = amountFen < 0n ? '负' : ''
  const extend = (texts: string[], segment: Segment) => segment.flatMap((choice) => texts.map((text) => text + choice))
  const [printed = '', ...others] = segments.reduce(extend, [sign])
  return [printed, ...others]
}

/** Whether digits and capital characters of a contract agree (S3 §2.2): any right spelling, with or without 人民币, 正 for 整. */
export const isSpelledAs = (text: string, amountFen: bigint): boolean =>
  spellCapitals(amountFen).includes(text.replace(/^人民币/, '').replace(/正$/, '整'))
