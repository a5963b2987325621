import { parseArgs } from 'node:util'
import { behaviours, isBehaviour } from './simulator/behaviour.ts'
import { orderPath, startSimulator } from './simulator/simulator.ts'

const help = `A local vendor that speaks the Aliyun Market's two-factor check (身份证二要素, kzidcardv1).

npm run simulate -- [options]

  --port N            port on 127.0.0.1 (default 8471)
  --book FILE         the vendor's own book, JSON lines, kept over restarts (default: in memory)
  --appcode TEXT      the AppCode that it takes (default simulator)
  --app-key TEXT      together with
  --app-secret TEXT   also take X-Ca signatures of this key
  --seed TEXT         seed of answers and behaviour (default 1)
  --mix               draw a behaviour for every reference from the seed
  --behaviour NAME    behaviour of every call: ${behaviours.join(', ')}
  --late-ms N         how late "late" answers (default 1500)
  --help              this text

While it runs: curl -d '{"behaviours": {"*": "hang", "<reference>": "garbage"}}' http://127.0.0.1:8471/control
forces behaviours; null takes one back.`

const wholeNumber = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number.`)
  return Number(text)
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8471' },
      book: { type: 'string' },
      appcode: { type: 'string', default: 'simulator' },
      'app-key': { type: 'string' },
      'app-secret': { type: 'string' },
      seed: { type: 'string', default: '1' },
      mix: { type: 'boolean', default: false },
      behaviour: { type: 'string', default: 'normal' },
      'late-ms': { type: 'string', default: '1500' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const { behaviour, 'app-key': appKey, 'app-secret': appSecret } = values
  if (!isBehaviour(behaviour)) throw new Error(`--behaviour takes one of ${behaviours.join(', ')}.`)
  if ((appKey === undefined) !== (appSecret === undefined)) throw new Error('--app-key and --app-secret belong together.')
  const simulator = await startSimulator({
    port: wholeNumber('port', values.port),
    book: values.book ?? null,
    appcode: values.appcode,
    signature: appKey === undefined || appSecret === undefined ? null : { appKey, appSecret },
    seed: values.seed,
    mix: values.mix,
    behaviour,
    lateMs: wholeNumber('late-ms', values['late-ms']),
  })
  console.log(`The simulated vendor listens on ${simulator.url}. Point the source aliyun_market_id2 of the gateway at it:
  base URL    ${simulator.url}
  auth        AppCode "${values.appcode}"${appKey === undefined ? '' : `, or signature with key "${appKey}"`}
  query path  ${orderPath}
Known person: 张三, 11010519491231002X (match). Stop with Ctrl-C.`)
  const stop = (): void => {
    simulator.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : 'The simulator could not start.')
  process.exitCode = 1
})
