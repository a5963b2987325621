import { Hono } from 'hono'
import { openUpstream, serve, type VerificationBody } from './serve.ts'

/* The yardstick: a proxy of the same stack to the same upstream that checks nothing, counts nothing and stores nothing. */

const upstream = openUpstream('unmetered')
const app = new Hono()
app.post('/v1/verifications', async (c) => {
  const { data_subject: subject } = await c.req.json<VerificationBody>()
  const { status, body } = await upstream(subject.name, subject.id_number)
  if (status !== 200) return c.body('', 502)
  return c.body(body, 200, { 'Content-Type': 'application/json; charset=utf-8' })
})
serve(app)
