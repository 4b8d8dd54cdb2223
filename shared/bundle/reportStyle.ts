/** Style of the report: screen and A4 print, light and dark, no remote font. */
export const REPORT_CSS = `
:root{color-scheme:light dark;--ink:#16202b;--soft:#5a6875;--line:#d9e0e6;--back:#fff;--tint:#f3f6f8;--accent:#0f6b5c}
@media (prefers-color-scheme:dark){:root{--ink:#e6ecf1;--soft:#9fb0bf;--line:#2b3742;--back:#11171d;--tint:#182028;--accent:#4fc3ad}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
header{border-bottom:3px solid var(--accent);padding-bottom:1rem;margin-bottom:1.5rem}
.kind{margin:0;color:var(--accent);font-weight:600;letter-spacing:.02em}
h1{margin:.2rem 0 .1rem;font-size:2rem;line-height:1.2;overflow-wrap:anywhere}
.period{margin:0;font-size:1.1rem}
.quiet{color:var(--soft);font-size:.85em}
h2{font-size:1.05rem;margin:1.8rem 0 .5rem}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem}
.tile{background:var(--tint);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem}
.tile b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft)}
dl{margin:1.5rem 0 0;border-top:1px solid var(--line)}
dl div{display:grid;grid-template-columns:14rem 1fr;gap:1rem;padding:.45rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.88em/1.4 ui-monospace,"JetBrains Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}
ul{margin:0;padding-left:1.1rem}li{margin:.25rem 0}
table{width:100%;border-collapse:collapse}
th,td{padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line);text-align:left;font-weight:400;overflow-wrap:anywhere;vertical-align:middle}
thead th{color:var(--soft);font-size:.85em}
td:nth-child(2),thead th:nth-child(2){text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;width:7rem}
table.words td:nth-child(2),table.words thead th:nth-child(2){text-align:left;white-space:normal;width:auto}table.words{font-size:.9em}table.words td,table.words th{vertical-align:top;overflow-wrap:break-word}table.words code{font-size:.82em}
.bar{width:30%;padding-left:1rem}
.bar span{display:block;height:.55rem;min-width:1px;background:var(--accent);border-radius:2px}
@media (max-width:40rem){.tiles,.two{grid-template-columns:1fr 1fr}.two{grid-template-columns:1fr}dl div{grid-template-columns:1fr;gap:0}}
@media print{@page{size:A4;margin:16mm}:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--back:#fff;--tint:#f4f4f4;--accent:#0f6b5c}
main{max-width:none;padding:0}body{font-size:10pt}section,tr,.tile,dl div{break-inside:avoid}thead{display:table-header-group}.bar span{print-color-adjust:exact}}
`;
