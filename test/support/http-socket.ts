import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/** Sends these very bytes and reads to the end of the connection. */
export const sendRaw = (port: number, bytes: string | Uint8Array): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const whole = Buffer.concat(chunks).toString('utf8')
      const split = whole.indexOf('\r\n\r\n')
      const [line = '', ...lines] = whole.slice(0, split).split('\r\n')
      const headers = new Headers(
        lines.map((header) => [header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1).trim()]),
      )
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]), headers, text: whole.slice(split + 4) })
    })
  })
