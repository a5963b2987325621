/*
 * Entry of the Node runtime. It imports nothing before the version check, because the embedded store crashes the process on
 * older Nodes instead of saying why.
 */
const major = Number(process.versions.node.split('.')[0])
if (major < 22) {
  process.stderr.write(
    `verimeter: Node ${process.versions.node} is too old; start with \`npm start\`, which brings Node 24 along\n`,
  )
  process.exit(1)
}
const { runNode } = await import('./node.ts')
await runNode()

export {}
