/** What a printed page looks like: A4, black on white, in the faces that Chinese offices have. It stands in the page itself. */
export const pageStyle = `
@page{size:A4;margin:18mm 16mm 20mm}
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0 auto;max-width:178mm;color:#000;background:#fff;font:10.5pt/1.6 "Songti SC",SimSun,"Noto Serif SC","Noto Serif CJK SC","Noto Sans SC","Noto Sans CJK SC",serif;font-variant-numeric:tabular-nums}
h1{margin:0 0 2mm;text-align:center;font-size:20pt;font-weight:700;letter-spacing:.3em;text-indent:.3em}
html[lang=en] h1{letter-spacing:.05em;text-indent:0}
h2{margin:6mm 0 2mm;font-size:11.5pt;break-after:avoid}
.head{display:flex;justify-content:space-between;gap:8mm;padding-bottom:2mm;border-bottom:1.5pt solid #000;font-size:9.5pt;overflow-wrap:anywhere}
.parties{display:grid;grid-template-columns:1fr 1fr;gap:0 8mm;margin:3mm 0 0}
.parties div,.facts div{padding:.6mm 0;overflow-wrap:anywhere}
.parties b{font-weight:700}
.facts{display:grid;grid-template-columns:1fr 1fr;gap:0 8mm;margin:3mm 0 0;padding:2mm 0 0;border-top:.5pt solid #666}
.facts div.wide{grid-column:1/3}
table{width:100%;border-collapse:collapse;font-size:9.5pt}
thead{display:table-header-group}
tr{break-inside:avoid}
th,td{border:.5pt solid #000;padding:1mm 1.8mm;text-align:left;vertical-align:top}
th{background:#eee;font-weight:700;text-align:center}
td.w{overflow-wrap:anywhere}
tbody th{width:26%;text-align:left}
table.wide{font-size:8pt}
table.wide th,table.wide td{padding:.7mm 1mm}
table.widest{font-size:6.5pt;line-height:1.4}
table.widest th,table.widest td{padding:.5mm .7mm}
td.n,td.d{white-space:nowrap}
td.n{text-align:right}
td.none{text-align:center;color:#555}
.totals{margin-top:5mm;break-inside:avoid}
.totals td.l{width:34%;background:#f6f6f6}
.totals tr.c td{font-weight:700;font-size:11pt}
ol{margin:0;padding-left:6mm;font-size:9.5pt}
.places{display:grid;grid-template-columns:1fr 1fr;gap:8mm;margin-top:10mm;break-inside:avoid}
.places p{margin:0 0 4mm}
.places .seal{height:24mm}
.line{display:inline-block;min-width:42mm;border-bottom:.5pt solid #000}
footer{margin-top:8mm;padding-top:2mm;border-top:.5pt solid #666;font-size:8pt;color:#333;overflow-wrap:anywhere}
footer p{margin:0}
code{font-family:Menlo,Consolas,monospace;font-size:7.5pt}
.note{margin:2mm 0 0;padding:1mm 2mm;border:1pt solid #a00;color:#a00;text-align:center}
.mark{position:fixed;inset:0;display:flex;align-items:center;justify-content:center;pointer-events:none;font-size:110pt;font-weight:700;letter-spacing:.2em;color:rgba(170,0,0,.13);transform:rotate(-32deg);white-space:nowrap}
@media screen{body{padding:14mm 16mm;max-width:210mm}html{background:#ddd}body{min-height:297mm;box-shadow:0 0 3mm #999;margin:6mm auto}}
`

/** The number of the document and of the page in the margin of every sheet. Only signs that need no escape in a style stand in it. */
export const marginStyle = (number: string, page: string): string => {
  const [before = '', between = '', after = ''] = page.split('#')
  const pages = `"${before}" counter(page) "${between}" counter(pages) "${after}"`
  const face = 'font:8pt "Songti SC",SimSun,"Noto Serif SC","Noto Sans SC",serif;color:#333'
  return `@page{@bottom-left{content:"${number.replace(/[^\w./ -]/g, '')}";${face}}@bottom-right{content:${pages};${face}}}`
}
