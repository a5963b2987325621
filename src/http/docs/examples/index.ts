import { curlExample } from './curl.ts'
import { goExample } from './go.ts'
import { javaExample } from './java.ts'
import { pythonExample } from './python.ts'
import { typescriptExample } from './typescript.ts'

/** One whole program that does the main job, and how it is started. */
export interface Example {
  language: string
  file: string
  text: string
  /** Whether every run of the tests runs it against a gateway; the page says so beside it. */
  tested: boolean
}

/** The examples of the guide. None needs a package; address and key come from the environment. */
export const examples: readonly Example[] = [
  { language: 'curl', file: 'verify.sh', text: curlExample, tested: true },
  { language: 'TypeScript', file: 'verify.mts', text: typescriptExample, tested: true },
  { language: 'Python', file: 'verify.py', text: pythonExample, tested: false },
  { language: 'Java', file: 'Verify.java', text: javaExample, tested: false },
  { language: 'Go', file: 'verify.go', text: goExample, tested: false },
]
