import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What is done to a connection between the gateway and the vendor. */
export const toxics = [
  /** Passed on as it is. */
  'none',
  /** Everything later, by up to a second. */
  'latency',
  /** At most 2,000 bytes a second towards the gateway. */
  'bandwidth',
  /** Reset after a drawn number of bytes of the answer. */
  'reset',
  /** Closed towards the gateway after a drawn number of bytes of the answer, politely. */
  'half_close',
  /** Taken, and nothing ever comes back. The vendor has seen it. */
  'blackhole',
  /** The answer one byte at a time. */
  'slices',
  /** One bit of the answer is another. */
  'flip_answer',
  /** One bit of the request's body is another. */
  'flip_request',
  /** The vendor never sees the request; a whole answer about somebody else comes back. A control. */
  'forge',
] as const
export type Toxic = (typeof toxics)[number]

export interface FaultProxy {
  url: string
  /** From now on, on every connection; those that stand are cut. */
  set(toxic: Toxic): void
  /** Connections that the present toxic has touched. */
  touched(): number
  close(): Promise<void>
}

const headEnd = Buffer.from('\r\n\r\n')

/** A match, for a person whose birth date nobody asks about here. */
const forgedAnswer = (): string => {
  const data = { result: 0, order_no: 'forged-1', desc: '一致', sex: '女', birthday: '19000101', address: '' }
  const body = JSON.stringify({ msg: '成功', success: true, code: 200, data })
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  return head + body
}

const flipBit = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
  return copy
}

/** Starts a proxy in front of `target`, such as `http://127.0.0.1:8471`. What it draws, `random` repeats. */
export const startFaultProxy = async (target: string, random: () => number): Promise<FaultProxy> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let toxic: Toxic = 'none'
  let touched = 0

  const draw = (below: number): number => Math.floor(random() * below)

  /** What becomes of the vendor's bytes on their way to the gateway. */
  const answerThrough = (kind: Toxic, caller: Socket): ((bytes: Buffer) => void) => {
    switch (kind) {
      case 'latency': {
        const delayMs = draw(1_000)
        return (bytes) => setTimeout(() => caller.write(bytes), delayMs)
      }
      case 'bandwidth': {
        let freeAt = 0
        return (bytes) => {
          for (let from = 0; from < bytes.length; from += 100) {
            freeAt = Math.max(freeAt, performance.now()) + 50
            setTimeout(() => caller.write(bytes.subarray(from, from + 100)), freeAt - performance.now())
          }
        }
      }
      case 'reset':
      case 'half_close': {
        let left = draw(400)
        return (bytes) => {
          if (left < 0) return
          caller.write(bytes.subarray(0, left))
          left -= bytes.length
          if (left >= 0) return
          if (kind === 'reset') caller.resetAndDestroy()
          else caller.end()
        }
      }
      case 'blackhole':
        return () => {}
      case 'slices':
        return (bytes) => {
          for (const byte of bytes) caller.write(Buffer.of(byte))
        }
      case 'flip_answer':
        return (bytes) => caller.write(flipBit(bytes, draw(bytes.length), draw(8)))
      default:
        return (bytes) => caller.write(bytes)
    }
  }

  const requestThrough = (kind: Toxic, vendor: Socket): ((bytes: Buffer) => void) => {
    if (kind !== 'flip_request') return (bytes) => vendor.write(bytes)
    return (bytes) => {
      const end = bytes.indexOf(headEnd)
      const bodyAt = end === -1 ? 0 : end + headEnd.length
      vendor.write(bodyAt < bytes.length ? flipBit(bytes, bodyAt + draw(bytes.length - bodyAt), draw(8)) : bytes)
    }
  }

  const server = createServer((caller) => {
    const kind = toxic
    touched += 1
    sockets.add(caller)
    caller.setNoDelay(true).on('error', () => {})
    if (kind === 'forge') {
      caller.on('data', () => caller.end(forgedAnswer())).once('close', () => sockets.delete(caller))
      return
    }
    const vendor = connect(Number(port), hostname)
    vendor.setNoDelay(true).on('error', () => {})
    caller.on('data', requestThrough(kind, vendor))
    vendor.on('data', answerThrough(kind, caller))
    caller.once('close', () => {
      sockets.delete(caller)
      vendor.destroy()
    })
    // What is still on its way is passed on before the connection goes.
    vendor.once('close', () => {
      if (kind !== 'blackhole') setTimeout(() => caller.destroy(), kind === 'latency' || kind === 'bandwidth' ? 1_500 : 0)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      toxic = next
      touched = 0
      for (const socket of sockets) socket.resetAndDestroy()
    },
    touched: () => touched,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
