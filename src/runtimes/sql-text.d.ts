/** Migrations travel with the Worker as text (wrangler.toml, rules). */
declare module '*.sql' {
  const text: string
  export default text
}
