import { z } from 'zod'
import { checkResidentId, maskResidentId, normaliseResidentId } from '../../src/core/resident-id.ts'
import { shanghaiDay } from '../../src/core/shanghai.ts'
import { checkUscc, normaliseUscc } from '../../src/core/uscc.ts'
import { type OpTable, op } from './op.ts'

const finding = (reason: string | null) => (reason === null ? { valid: true } : { valid: false, reason })

/** Numbers of persons and organisations. No vector names a day, so a birth date is held against today's. */
export const formatOps: OpTable = {
  'id.check': op({ number: z.string() }, ({ number }) =>
    finding(checkResidentId(normaliseResidentId(number), shanghaiDay(Date.now()))),
  ),
  'id.mask': op({ number: z.string() }, ({ number }) => ({ masked: maskResidentId(normaliseResidentId(number)) })),
  'uscc.check': op({ code: z.string() }, ({ code }) => finding(checkUscc(normaliseUscc(code)))),
}
