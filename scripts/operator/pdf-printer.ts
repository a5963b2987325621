import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { OperatorError } from './transport.ts'

const require = createRequire(import.meta.url)

/** A package as it stands in the settings or beside this project; null where a deployment left it out. */
const optional = async <T>(load: () => Promise<T>): Promise<T | null> => {
  try {
    return await load()
  } catch {
    return null
  }
}

const noBrowser = 'no Chromium was found: name one in VERIMETER_CHROMIUM, or install the packages of development (`npm ci`)'

/** Where the browser is and how it is started, or one sentence. */
const findBrowser = async (): Promise<{ executablePath: string; args: string[] }> => {
  const named = process.env.VERIMETER_CHROMIUM
  if (named) {
    if (!existsSync(named)) throw new OperatorError(`VERIMETER_CHROMIUM names ${named}, which is not there`)
    return { executablePath: named, args: [] }
  }
  const packaged = await optional(async () => (await import('@sparticuz/chromium')).default)
  if (!packaged) throw new OperatorError(noBrowser)
  return { executablePath: await packaged.executablePath(), args: packaged.args }
}

/** The styles of a Chinese face with its files inside, for a machine that has none; the machine's own come first in the page. */
const chineseFace = (): string => {
  try {
    const folder = dirname(require.resolve('@fontsource/noto-sans-sc/package.json'))
    return ['400', '700']
      .map((weight) =>
        readFileSync(join(folder, `${weight}.css`), 'utf8').replaceAll(
          /src: url\(\.\/(files\/[\w[\]-]+\.woff2)\)[^;]*;/g,
          (_, file: string) =>
            `src: url(data:font/woff2;base64,${readFileSync(join(folder, file)).toString('base64')}) format('woff2');`,
        ),
      )
      .join('')
  } catch {
    return ''
  }
}

/**
 * A page as PDF. The page runs no script and reaches nothing: it is printed as the gateway wrote it. Throws OperatorError where
 * there is no browser, or it does not start.
 */
export const printPdf = async (page: string): Promise<Uint8Array> => {
  const playwright = await optional(() => import('playwright-core'))
  if (!playwright) throw new OperatorError(noBrowser)
  const { executablePath, args } = await findBrowser()
  const browser = await playwright.chromium.launch({ executablePath, args, headless: true }).catch((error: unknown) => {
    const said = error instanceof Error ? error.message.split('\n')[0] : 'no reason given'
    throw new OperatorError(`${executablePath} does not start (${said})`)
  })
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true })
    await context.route('**/*', (route) => route.abort())
    const tab = await context.newPage()
    await tab.setContent(
      page.replace('</head>', () => `<style>${chineseFace()}</style></head>`),
      { waitUntil: 'load' },
    )
    return await tab.pdf({ preferCSSPageSize: true, printBackground: true })
  } finally {
    await browser.close()
  }
}
