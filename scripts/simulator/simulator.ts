import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Behaviour, isBehaviour, mixedBehaviour, resultFor } from './behaviour.ts'
import { type BookEntry, digestSubject, openBook } from './book.ts'
import { type Credentials, type GatewayRefusal, openGate, type RawRequest } from './gateway.ts'

/** Settings of the simulated vendor; what is left out has the default that is named. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** File of the book; null, the default, keeps it in memory. */
  book?: string | null
  /** Default `simulator`. */
  appcode?: string
  /** Default: no signature is taken. */
  signature?: { appKey: string; appSecret: string } | null
  /** Default `1`. */
  seed?: string
  /** Draw a behaviour for every reference from the seed. Default false. */
  mix?: boolean
  /** Behaviour of every call that neither the control endpoint nor the mix decides. Default `normal`. */
  behaviour?: Behaviour
  /** How late `late` answers, milliseconds. Default 1,500. */
  lateMs?: number
  /** Time between two bytes of `drip`, milliseconds. Default 200. */
  dripMs?: number
  clock?: () => number
  /** Told of every question before anything is done about it. */
  onQuestion?(reference: string): void
}

export interface Simulator {
  url: string
  /** What the vendor did, oldest first. */
  book(): BookEntry[]
  /** Forces a behaviour on one reference, or on all calls. */
  setBehaviour(behaviour: Behaviour, reference?: string): void
  /** Cuts all connections and stops. */
  close(): Promise<void>
}

const checkPaths = new Set(['/api-mall/api/id_card/check', '/api/id_card/check'])
/** The path of the query by reference, for the gateway's `queryPath`. The public listing has no such call. */
export const orderPath = '/api-mall/api/id_card/order'
const maxBodyBytes = 64 * 1024
const everyCall = '*'

const descriptions: Readonly<Record<string, string>> = { '0': '一致', '1': '不一致', '2': '无记录' }

const refusals: Readonly<Partial<Record<Behaviour, GatewayRefusal>>> = {
  refuse: { status: 503, code: 'D503CB', message: 'Backend circuit breaker is open', retryAfterSeconds: 1 },
  quota_exhausted: { status: 403, code: 'B403MQ', message: 'Api Market Subscription quota exhausted' },
  throttled: { status: 429, code: 'T429PA', message: 'Throttled by APP Flow Control' },
}

const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(value))
}

const sendRefusal = (response: ServerResponse, refusal: GatewayRefusal): void => {
  const { status, code, message, retryAfterSeconds } = refusal
  response.writeHead(status, {
    'x-ca-error-message': message,
    'content-length': '0',
    ...(code === '' ? {} : { 'x-ca-error-code': code }),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  })
  response.end()
}

const drip = (response: ServerResponse, text: string, dripMs: number): void => {
  const bytes = Buffer.from(text)
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': String(bytes.length) })
  let sent = 0
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1))
    sent += 1
    if (sent === bytes.length) {
      clearInterval(timer)
      response.end()
    }
  }, dripMs)
  response.on('close', () => clearInterval(timer))
}

/** Digit, length and check of GB 11643, as far as a vendor needs them to say "parameter error". */
const looksLikeIdNumber = (idNumber: string): boolean => {
  if (!/^\d{17}[\dX]$/.test(idNumber)) return false
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(idNumber[index]), 0)
  return '10X98765432'[sum % 11] === idNumber[17]
}

/**
 * Starts a vendor of the Aliyun Market on 127.0.0.1: the id_card check of kzidcardv1 behind an API gateway, with a book of
 * its own. Answers and behaviour are pure functions of the seed and the question, so that a run can be repeated.
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const clock = options.clock ?? Date.now
  const seed = options.seed ?? '1'
  const credentials: Credentials = { appcode: options.appcode ?? 'simulator', signature: options.signature ?? null }
  const subjectSecret = `${credentials.signature?.appSecret ?? ''}:${credentials.appcode ?? ''}`
  const book = openBook(options.book ?? null)
  const gate = openGate(credentials, clock)
  const forced = new Map<string, Behaviour>()

  const behaviourOf = (reference: string): Behaviour =>
    forced.get(reference) ??
    forced.get(everyCall) ??
    (options.mix === true ? mixedBehaviour(seed, reference) : (options.behaviour ?? 'normal'))

  const execute = (reference: string, name: string, idNumber: string, result: string): BookEntry => {
    const entry: BookEntry = {
      at: clock(),
      reference: reference === '' ? null : reference,
      subject: digestSubject(subjectSecret, name, idNumber),
      executed: true,
      billed: result !== '2',
      result,
      order_no: createHash('sha256').update(`${seed}:${book.size()}:${reference}`).digest('hex').slice(0, 24),
    }
    book.add(entry)
    return entry
  }

  const answerBody = (entry: BookEntry, demographics: Record<string, string>): Record<string, unknown> => ({
    msg: '成功',
    success: true,
    code: 200,
    data: { result: Number(entry.result), order_no: entry.order_no, desc: descriptions[entry.result] ?? '未知', ...demographics },
  })

  const answerCheck = (request: RawRequest, response: ServerResponse): void => {
    const form = request.method === 'POST' ? new URLSearchParams(request.body) : request.url.searchParams
    const name = form.get('name') ?? ''
    const idNumber = (form.get('idcard') ?? '').toUpperCase()
    const reference = String(request.headers['x-request-reference'] ?? '')
    options.onQuestion?.(reference)
    const behaviour = behaviourOf(reference)
    const refusal = refusals[behaviour]
    if (refusal !== undefined) {
      sendRefusal(response, refusal)
      return
    }
    if (behaviour === 'reset_before') {
      response.socket?.resetAndDestroy()
      return
    }
    if (name === '' || !looksLikeIdNumber(idNumber)) {
      sendJson(response, 200, { msg: '参数错误', success: false, code: 400, data: null })
      return
    }
    const result = behaviour === 'unknown_code' ? '7' : resultFor(seed, name, idNumber)
    const entry = execute(reference, name, idNumber, result)
    const birthday =
      behaviour === 'wrong_echo' ? (idNumber.slice(6, 14) === '19000101' ? '19000102' : '19000101') : idNumber.slice(6, 14)
    const body = answerBody(entry, { sex: Number(idNumber[16]) % 2 === 1 ? '男' : '女', birthday, address: '' })
    switch (behaviour) {
      case 'reset_after':
        response.socket?.resetAndDestroy()
        return
      case 'hang':
        return
      case 'drip':
        drip(response, JSON.stringify(body), options.dripMs ?? 200)
        return
      case 'short': {
        const text = Buffer.from(JSON.stringify(body))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length + 100) })
        response.write(text, () => response.socket?.end())
        return
      }
      case 'garbage':
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<html><body>Welcome</body></html>')
        return
      case 'error_after':
        response.writeHead(500, { 'content-type': 'text/plain' })
        response.end('Internal Server Error')
        return
      case 'late': {
        const timer = setTimeout(() => sendJson(response, 200, body), options.lateMs ?? 1_500)
        response.on('close', () => clearTimeout(timer))
        return
      }
      default:
        sendJson(response, 200, body)
    }
  }

  const answerOrder = (request: RawRequest, response: ServerResponse): void => {
    const reference = request.url.searchParams.get('reference') ?? ''
    const entry = book.find(reference)
    if (entry === undefined) sendJson(response, 404, { found: false })
    // The book names nobody, so the answer of the past comes back without birth date and sex.
    else sendJson(response, 200, { found: true, reference, answer: answerBody(entry, {}) })
  }

  const setBehaviour = (behaviour: Behaviour, reference: string = everyCall): void => {
    forced.set(reference, behaviour)
  }

  /** `{"behaviours": {"*": "hang", "<reference>": "garbage", "<other>": null}}`; null takes a behaviour back. */
  const control = (body: string): { status: number; answer: unknown } => {
    let wanted: unknown
    try {
      wanted = (JSON.parse(body) as { behaviours?: unknown }).behaviours
    } catch {
      return { status: 400, answer: { error: 'not JSON' } }
    }
    const entries = Object.entries(typeof wanted === 'object' && wanted !== null ? wanted : {})
    if (entries.some(([, behaviour]) => behaviour !== null && !isBehaviour(String(behaviour)))) {
      return { status: 400, answer: { error: 'unknown behaviour' } }
    }
    for (const [reference, behaviour] of entries) {
      if (behaviour === null) forced.delete(reference)
      else if (isBehaviour(String(behaviour))) forced.set(reference, behaviour)
    }
    return { status: 200, answer: { behaviours: Object.fromEntries(forced) } }
  }

  const route = (request: RawRequest, response: ServerResponse): void => {
    const { method, url } = request
    if (url.pathname === '/control' && method === 'POST') {
      const { status, answer } = control(request.body)
      sendJson(response, status, answer)
      return
    }
    const refusal = gate(request)
    if (refusal !== null) sendRefusal(response, refusal)
    else if (checkPaths.has(url.pathname)) answerCheck(request, response)
    else if (url.pathname === orderPath && method === 'GET') answerOrder(request, response)
    else sendRefusal(response, { status: 404, code: 'I404NF', message: 'API not found' })
  }

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming)
    const url = new URL(incoming.url ?? '/', 'http://simulator')
    if (body === null) sendRefusal(response, { status: 413, code: 'I413RL', message: 'Request body too Large' })
    else route({ method: incoming.method ?? 'GET', url, headers: incoming.headers, body }, response)
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.socket?.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    book: book.entries,
    setBehaviour,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
