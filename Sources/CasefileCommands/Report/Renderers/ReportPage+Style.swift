extension ReportPage {
  /// The style sheet: colours that can be told apart by those who see no red or green (Okabe and Ito),
  /// on light and dark grounds; paper is always light.
  static let style = """
    :root{--ground:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--stripe:#f6f8fa;
    --s0:#0072b2;--s1:#d55e00;--s2:#8c959f;--alert:#b3340b}
    @media (prefers-color-scheme:dark){:root{--ground:#0f1419;--ink:#e6edf3;--soft:#9da7b3;
    --line:#30363d;--stripe:#161b22;--s0:#56b4e9;--s1:#f28e3c;--s2:#6e7681;--alert:#ff9a66}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    main{max-width:68rem;margin:0 auto;padding:1.5rem 1rem 3rem}
    h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
    h2{font-size:1.2rem;margin:2.25rem 0 .75rem}
    p{margin:.25rem 0}
    .stamp,.proof,.counted,footer{color:var(--soft)}
    .proof{font-size:.8rem;overflow-wrap:anywhere}
    .counted,footer{font-size:.875rem}
    .counted code{overflow-wrap:anywhere;font-size:.8rem}
    .note{margin:1rem 0 0;padding:.5rem .75rem;border-left:4px solid var(--s1);
    background:var(--stripe)}
    .empty{color:var(--soft);font-style:italic}
    figure{margin:0 0 1.25rem}
    figcaption{font-weight:600}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem;margin:.25rem 0}
    .legend i{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:2px}
    .s0{background:var(--s0)}.s1{background:var(--s1)}.s2{background:var(--s2)}
    svg{display:block;width:100%;height:auto}
    svg text{font-size:12px;fill:var(--soft)}
    svg .value{fill:var(--ink)}
    svg .axis{stroke:var(--line);stroke-width:1}
    .f0{fill:var(--s0)}.f1{fill:var(--s1)}.f2{fill:var(--s2)}
    .l0{fill:none;stroke:var(--s0);stroke-width:2}
    .area{fill:var(--s0);opacity:.12}
    .up{fill:none;stroke:var(--s1);stroke-width:3}.mark{fill:var(--s1)}
    .narrow{display:none}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
    th,td{padding:.35rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    thead th{border-bottom:2px solid var(--line);vertical-align:bottom;line-height:1.25}
    tbody th{font-weight:400}
    tbody tr:nth-child(even){background:var(--stripe)}
    .figure{text-align:right}.id{white-space:nowrap}
    tbody th{min-width:7rem}
    main:has(.many){max-width:90rem}.many tbody th{min-width:0}
    .total th,.total td{font-weight:600;border-top:2px solid var(--line)}
    .grew{color:var(--alert);font-weight:600}
    footer{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line)}
    @media (max-width:40rem){.wide{display:none}.narrow{display:block}
    main{padding:1rem .75rem 2rem}h1{font-size:1.4rem}
    table{font-size:.8125rem}th,td{padding:.3rem}
    tbody th{min-width:5.5rem}}
    @media print{:root{--ground:#fff;--ink:#000;--soft:#444;--line:#bbb;--stripe:#f3f3f3;
    --s0:#0072b2;--s1:#d55e00;--s2:#8c959f;--alert:#b3340b}
    body{font-size:10pt}main{max-width:none;padding:0}.scroll{overflow:visible}
    .wide{display:block}.narrow{display:none}
    section,figure,tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}
    table{font-size:9pt}.many{font-size:7.5pt}.many th,.many td{padding:.15rem .2rem}
    .many tbody tr>*{white-space:normal}
    section{break-inside:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}

    """
}
