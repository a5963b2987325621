import { expect, test } from 'vitest'
import { judgeAccountHolder } from '../../src/agreement/kyb.ts'

test.each([
  ['示例商贸有限公司', '示例商贸有限公司'],
  ['示例商贸（深圳）有限公司', '示例商贸(深圳)有限公司'],
  [' 示例 商贸有限公司\n', '示例商贸有限公司'],
  ['Example  Trading Ltd.', 'Example Trading Ltd.'],
])('"%s" is the name of "%s"', (holder, party) => {
  expect(judgeAccountHolder(holder, party)).toEqual({ flag: null, activation: 'allowed' })
})

test.each([
  ['示例商贸有限公司', '示例商贸股份有限公司'],
  ['示例商贸（深圳）有限公司', '示例商贸（广州）有限公司'],
  ['Example Trading Ltd.', 'ExampleTrading Ltd.'],
  ['', '示例商贸有限公司'],
])('"%s" is not the name of "%s": allowed once that is explained', (holder, party) => {
  expect(judgeAccountHolder(holder, party)).toEqual({
    flag: 'account_holder_differs_from_party',
    activation: 'allowed_with_recorded_explanation',
  })
})
