'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const index = Object.fromEntries(data.metrics.map((metric, i) => [metric.key, i]));
  const byId = new Map(data.modules.map((module) => [module.id, module]));
  const $ = (id) => document.getElementById(id);
  const value = (module, key) => module.values[index[key]];

  // --- figures as people read them
  const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  function bytes(n) {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let unit = 0;
    while (Math.abs(n) >= 1000 && unit < units.length - 1) { n /= 1000; unit++; }
    return (unit === 0 ? grouped.format(n) : n.toFixed(1)) + ' ' + units[unit];
  }
  function show(n, unit) {
    if (n === null || n === undefined) return '–';
    switch (unit) {
      case 'bytes': return bytes(n);
      case 'factor': return n.toFixed(3) + '×';
      case 'part': return (n * 100).toFixed(1) + ' %';
      case 'nanoseconds': return n < 1e9 ? Math.round(n / 1e6) + ' ms' : (n / 1e9).toFixed(1) + ' s';
      default: return grouped.format(n);
    }
  }
  const name = ({ places: [place] }) => (place.startsWith(data.folder) ? place.slice(data.folder.length) : place);
  const several = data.strategies.length > 1;
  const signed = (percent) => (percent > 0 ? '+' : '') + percent.toFixed(2) + ' %';
  const shown = (module, key) => show(value(module, key), data.metrics[index[key]].unit);

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  // what may be wider than the window can be moved by keyboard, too
  function scroll(label, table) {
    const box = element('div', { className: 'scroll', tabIndex: 0 }, table);
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', label);
    return box;
  }

  // --- light and dark
  const root = document.documentElement;
  const preference = matchMedia('(prefers-color-scheme: dark)');
  const charts = [];
  function theme(dark) {
    root.dataset.theme = dark ? 'dark' : 'light';
    $('theme').textContent = dark ? 'Light' : 'Dark';
    charts.forEach((chart) => chart.draw());
  }
  $('theme').addEventListener('click', () => theme(root.dataset.theme !== 'dark'));
  preference.addEventListener('change', (event) => theme(event.matches));
  const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();

  const short = (label) => (label.length > 28 ? label.slice(0, 27) + '…' : label);

  // --- charts, each with its figures as a table
  function figure(title, note, description, head, rows, options) {
    const box = element('div', { className: 'chart' });
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', title + '. ' + description);
    const table = element('table', {},
      element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col', textContent: text })))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((text) => element('td', { textContent: text }))))));
    const details = element('details', {}, element('summary', { textContent: 'As a table' }), scroll(title, table));
    $('figures').append(element('figure', {}, element('figcaption', {}, title, element('span', { textContent: note })), box, details));
    const chart = echarts.init(box, null, { renderer: 'svg' });
    const draw = () => {
      const own = options();
      const top = own.series.length > 4 ? 58 : 34; // a legend of two lines
      chart.setOption(Object.assign({
        animation: false,
        backgroundColor: 'transparent',
        textStyle: { color: colour('text'), fontFamily: 'system-ui, sans-serif' },
        grid: { left: 20, right: 28, top, bottom: 30, containLabel: true },
        legend: { top: 0, textStyle: { color: colour('text') } },
        tooltip: { renderMode: 'richText', confine: true, backgroundColor: colour('raised'), borderColor: colour('line'), textStyle: { color: colour('text') } },
      }, own), true);
    };
    draw();
    charts.push({ draw });
    new ResizeObserver(() => chart.resize()).observe(box);
    return chart;
  }
  const axis = (name, more) => Object.assign({
    name, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: colour('soft') },
    axisLabel: { color: colour('soft') }, axisLine: { lineStyle: { color: colour('line') } }, splitLine: { lineStyle: { color: colour('line'), opacity: 0.5 } },
  }, more);

  const AXES = { size: 'bytes of the output / of the original', overhead: 'instructions of the output / of the original', coverage: 'sites suspended / reachable sites' };
  function distribution(d) {
    const metric = data.metrics[index[d.metric]];
    const total = d.counts.reduce((a, b) => a + b, 0);
    if (total === 0) return;
    const bound = (i) => show(Number((d.low + i * d.width).toPrecision(6)), metric.unit);
    const labels = d.counts.map((_, i) => (d.open && i === d.counts.length - 1 ? 'from ' + bound(i) : bound(i)));
    let sum = 0;
    const cumulative = d.counts.map((n) => { sum += n; return Number((100 * sum / total).toFixed(1)); });
    const half = labels[cumulative.findIndex((part) => part >= 50)];
    const title = metric.label + (several ? ', ' + data.strategies[d.strategy] : '');
    figure(title, AXES[d.metric], total + ' modules; half of them lie below the bin that starts at ' + half + ' or in it.',
      [metric.label + ' from', 'Modules', 'Up to here'],
      d.counts.map((n, i) => [labels[i], String(n), cumulative[i] + ' %']),
      () => ({
        tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
        xAxis: axis('', { type: 'category', data: labels }),
        yAxis: [axis('', { type: 'value', minInterval: 1 }), axis('', { type: 'value', max: 100, axisLabel: { formatter: '{value} %', color: colour('soft') }, splitLine: { show: false } })],
        series: [
          { name: 'modules', type: 'bar', data: d.counts, barCategoryGap: '8%', itemStyle: { color: colour('first') } },
          { name: 'cumulative', type: 'line', yAxisIndex: 1, data: cumulative, symbol: 'none', lineStyle: { color: colour('second'), width: 2 }, itemStyle: { color: colour('second') } },
        ],
      }));
  }

  const SYMBOLS = ['circle', 'emptyCircle', 'triangle', 'rect', 'diamond', 'pin'];
  function scatter(key) {
    const metric = data.metrics[index[key]];
    const points = data.modules.filter((module) => value(module, key) !== null && value(module, 'original_bytes') > 0);
    if (points.length === 0) return;
    const groups = (several
      ? data.strategies.map((label, i) => ({ name: short(label), colour: i === 0 ? 'first' : 'second', has: (module) => module.strategy === i }))
      : data.verdicts.map((verdict, i) => ({ name: verdict, colour: verdict, has: (module) => module.verdict === i })))
      .filter((group) => points.some(group.has));
    const chart = figure(metric.label + ' by size of the original', AXES[key] + ', over bytes of the original; a point opens its module', points.length + ' modules.',
      ['Module', ...(several ? ['Strategy'] : []), 'Original', metric.label, 'Verdict'],
      points.slice(0, 200).map((module) => [name(module), ...(several ? [data.strategies[module.strategy]] : []), shown(module, 'original_bytes'), shown(module, key), data.verdicts[module.verdict]]),
      () => ({
        tooltip: { renderMode: 'richText', confine: true, formatter: (p) => {
          const module = points[p.data[2]];
          return name(module).slice(-60) + '\n' + (several ? short(data.strategies[module.strategy]) + ': ' : '') + shown(module, 'original_bytes') + ', ' + shown(module, key);
        } },
        xAxis: axis('size of the original', { type: 'log', axisLabel: { formatter: bytes, color: colour('soft') } }),
        yAxis: axis('', { type: 'value', scale: true, axisLabel: { formatter: (n) => n + '×', color: colour('soft') } }),
        series: groups.map((group, i) => ({
          name: group.name, type: 'scatter', symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 9, itemStyle: { color: colour(group.colour), opacity: 0.8 },
          data: points.map((module, j) => [module, j]).filter(([module]) => group.has(module))
            .map(([module, j]) => [value(module, 'original_bytes'), value(module, key), j]),
        })),
      }));
    chart.on('click', (event) => { location.hash = points[event.data[2]].id; });
  }

  function verdicts() {
    const rows = data.strategies.map((_, s) => data.verdicts.map((_, v) => data.modules.filter((m) => m.strategy === s && m.verdict === v).length));
    const used = data.verdicts.map((_, v) => v).filter((v) => rows.some((row) => row[v] > 0));
    figure('Verdicts', 'modules by what is known of them', used.map((v) => data.verdicts[v] + ' ' + rows.map((row) => row[v]).join(' and ')).join(', ') + '.',
      ['Verdict', ...data.strategies], used.map((v) => [data.verdicts[v], ...rows.map((row) => String(row[v]))]),
      () => ({
        tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, renderMode: 'richText', confine: true },
        xAxis: axis('modules', { type: 'value', minInterval: 1 }),
        yAxis: axis('', { type: 'category', data: data.strategies.map(short), inverse: true, axisLabel: { color: colour('soft'), width: 130, overflow: 'break' } }),
        series: used.map((v) => ({ name: data.verdicts[v], type: 'bar', stack: 'all', data: rows.map((row) => row[v]), itemStyle: { color: colour(data.verdicts[v]) }, barMaxWidth: 60 })),
      }));
  }

  // --- the table
  const columns = [
    { name: 'Module', text: true, of: (m) => m.places[0], cell: (m) => element('a', { href: '#' + m.id, textContent: name(m) }) },
    ...(several ? [{ name: 'Strategy', text: true, of: (m) => data.strategies[m.strategy], cell: (m) => data.strategies[m.strategy] }] : []),
    { name: 'Verdict', text: true, of: (m) => m.verdict, cell: (m) => element('span', { className: 'verdict ' + data.verdicts[m.verdict], textContent: data.verdicts[m.verdict] }) },
    ...['original_bytes', 'size', 'overhead', 'instrumented', 'sites', 'coverage', 'suspensions', 'transform_time', 'verify_time'].map((key) => (
      { name: data.metrics[index[key]].label, of: (m) => value(m, key), cell: (m) => shown(m, key) })),
  ];
  const state = { column: 0, down: false, limit: 200 };
  const texts = new Map(data.modules.map((m) => [m, [...m.places, m.sha256, m.reason, data.verdicts[m.verdict]].join('\n').toLowerCase()]));
  const order = new Intl.Collator('en', { numeric: true });

  function sorted() {
    const { of, text } = columns[state.column];
    const sign = state.down ? -1 : 1;
    return [...data.modules].sort((a, b) => {
      const x = of(a), y = of(b);
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // what has no figure comes last
      return sign * (text && typeof x === 'string' ? order.compare(x, y) : x - y);
    });
  }
  function head() {
    const row = element('tr');
    columns.forEach((column, i) => {
      const mark = i === state.column ? (state.down ? ' ▼' : ' ▲') : '';
      const button = element('button', { type: 'button', textContent: column.name + mark });
      button.addEventListener('click', () => {
        state.down = i === state.column ? !state.down : !column.text;
        state.column = i;
        draw();
        $('table').tHead.querySelectorAll('button')[i].focus();
      });
      const cell = element('th', { scope: 'col', className: column.text ? '' : 'n' }, button);
      if (i === state.column) cell.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      row.append(cell);
    });
    $('table').tHead.replaceChildren(row);
  }
  function draw() {
    head();
    const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdict = $('verdict').value, strategy = $('strategy').value;
    const found = sorted().filter((m) => (verdict === '' || m.verdict === Number(verdict))
      && (strategy === '' || m.strategy === Number(strategy))
      && words.every((word) => texts.get(m).includes(word)));
    $('table').tBodies[0].replaceChildren(...found.slice(0, state.limit).map((m) => element('tr', {}, ...columns.map((column, i) => (
      i === 0 ? element('th', { scope: 'row' }, column.cell(m)) : element('td', { className: column.text ? '' : 'n' }, column.cell(m)))))));
    $('count').textContent = found.length + ' of ' + data.modules.length + ' modules';
    $('more').hidden = found.length <= state.limit;
    $('more').textContent = 'Show all ' + found.length;
  }

  // --- one module
  function responsible(module, kind, title) {
    if (!module[kind]) return [];
    const head = ['Name', 'Functions', 'Without it'];
    return [element('h3', { textContent: title }), scroll(title, element('table', {},
      element('thead', {}, element('tr', {}, ...head.map((text, i) => element('th', { scope: 'col', className: i ? 'n' : '', textContent: text })))),
      element('tbody', {}, ...module[kind].map(([name, ...counts]) => element('tr', {},
        element('th', { scope: 'row' }, element('code', { textContent: name })),
        ...counts.map((n) => element('td', { className: 'n', textContent: grouped.format(n) })))))))];
  }
  function open() {
    const module = byId.get(location.hash.slice(1));
    const section = $('module');
    if (!module) { section.hidden = true; return; }
    const fact = (label, ...content) => element('div', {}, element('dt', { textContent: label }), element('dd', {}, ...content));
    const before = module.before;
    const heads = ['Figure', ...(before ? ['Baseline'] : []), 'This run', ...(before ? ['Change'] : [])];
    const rows = data.metrics.map((metric, i) => {
      const now = module.values[i], then = before && before.values[i];
      const change = before && typeof now === 'number' && typeof then === 'number' && then !== 0
        ? signed((now - then) / Math.abs(then) * 100) : '';
      const cells = [...(before ? [show(then, metric.unit)] : []), show(now, metric.unit), ...(before ? [change] : [])];
      return element('tr', {}, element('th', { scope: 'row', textContent: metric.label }), ...cells.map((text) => element('td', { className: 'n', textContent: text })));
    });
    section.replaceChildren(
      element('h2', { textContent: module.places[0] }),
      element('p', {}, element('a', { href: '#modules', textContent: 'Back to the table' })),
      element('dl', { className: 'facts' },
        fact('Verdict', element('span', { className: 'verdict ' + data.verdicts[module.verdict], textContent: data.verdicts[module.verdict] }),
          before && before.verdict !== module.verdict ? ', was ' + data.verdicts[before.verdict] : ''),
        ...(module.reason ? [fact('Reason', module.reason)] : []),
        fact('Strategy', data.strategies[module.strategy]),
        fact('SHA-256', element('code', { textContent: module.sha256 })),
        ...(module.places.length > 1 ? [fact('Also found in', module.places.slice(1).join(', '))] : []),
        fact('See it again', element('code', { className: 'command', textContent: module.command })),
        fact('Processed', module.known ? 'by an earlier run' : 'by this run')),
      ...responsible(module, 'IMPORT', 'Imports that instrument it most'),
      ...responsible(module, 'INDIRECT_CALLS', 'Types of indirect calls that instrument it most'),
      element('h3', { textContent: 'Figures' }),
      scroll('Figures', element('table', {},
        element('thead', {}, element('tr', {}, ...heads.map((text, i) => element('th', { scope: 'col', className: i ? 'n' : '', textContent: text })))),
        element('tbody', {}, ...rows))));
    section.hidden = false;
    section.scrollIntoView();
    section.focus({ preventScroll: true });
  }

  // --- start
  data.verdicts.forEach((name, i) => {
    if (data.modules.some((m) => m.verdict === i)) $('verdict').append(element('option', { value: String(i), textContent: name }));
  });
  if (several) {
    $('strategy-label').hidden = false;
    data.strategies.forEach((name, i) => $('strategy').append(element('option', { value: String(i), textContent: name })));
  }
  theme(preference.matches);
  $('search').addEventListener('input', () => { state.limit = 200; draw(); });
  ['verdict', 'strategy'].forEach((id) => $(id).addEventListener('change', draw));
  $('more').addEventListener('click', () => { state.limit = Infinity; draw(); });
  addEventListener('hashchange', open);
  draw();
  verdicts();
  data.distributions.forEach(distribution);
  scatter('size');
  scatter('overhead');
  open();
})();
