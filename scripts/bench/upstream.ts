import { createServer, type Socket } from 'node:net'
import type { Listening, UpstreamCalls } from './processes.ts'

/*
 * The data source of the benchmark, in a process of its own: one fixed answer of the Aliyun Market's two-factor check to
 * every request. It reads no more of HTTP than it needs, because it shares the processors with what is measured; bare
 * node:http would cost several times as much. It counts its calls by the first part of the path, which names the contender.
 */

const answerBody = JSON.stringify({
  msg: 'success',
  success: true,
  code: 200,
  data: { result: 0, order_no: '603915100129857536', desc: '一致', sex: '女', birthday: '19491231', address: '' },
})
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(answerBody)}\r\n\r\n${answerBody}`,
)

const calls: Record<string, number> = {}

const contenderOf = (head: string): string => head.slice(head.indexOf(' /') + 2, head.indexOf('/', head.indexOf(' /') + 2))

const serve = (socket: Socket): void => {
  let waiting = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    waiting += chunk.toString('latin1')
    for (;;) {
      const headEnd = waiting.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const head = waiting.slice(0, headEnd)
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      const end = headEnd + 4 + length
      if (waiting.length < end) return
      waiting = waiting.slice(end)
      const contender = contenderOf(head)
      calls[contender] = (calls[contender] ?? 0) + 1
      socket.write(answer)
    }
  })
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.send?.({ kind: 'listening', port: address.port } satisfies Listening)
})
process.on('message', () => process.send?.({ kind: 'calls', calls } satisfies UpstreamCalls))
process.on('disconnect', () => process.exit(0))
