// What does not fit on the page, as a list of sentences. The one argument: labels of the other
// language, none of which may stand here.
const [foreign] = arguments;
const found = [];
const name = (element) => {
  const text = (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().slice(0, 30);
  return `<${element.localName} class="${element.getAttribute('class') ?? ''}"> ${text}`;
};
const seen = (element) => element.checkVisibility({ visibilityProperty: true })
  && !element.closest('.hidden, .skip');

const page = document.scrollingElement;
if (page.scrollWidth > window.innerWidth) {
  const wide = [...document.querySelectorAll('body *')].find((element) => seen(element)
    && element.getBoundingClientRect().right > window.innerWidth + 1
    && !element.parentElement.closest('.table-wrap, .board, .scroll'));
  found.push(`the page scrolls sideways: ${wide ? name(wide) : ''}`);
}

for (const target of document.querySelectorAll('a[href], button, select, input, textarea, summary')) {
  if (!seen(target) || target.disabled) continue;
  const label = target.closest('label');
  const box = (label ?? target).getBoundingClientRect();
  const inText = target.localName === 'a' && target.closest('p, .hint');
  if (!inText && box.width && (box.height < 47.5 || box.width < 40)) {
    found.push(`a small target, ${Math.round(box.width)}×${Math.round(box.height)}: ${name(target)}`);
  }
}

const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const text = node.textContent.trim();
  const element = node.parentElement;
  if (!text || ['script', 'style', 'option', 'noscript'].includes(element.localName) || !seen(element)) continue;
  if (foreign.includes(text)) found.push(`the other language: ${name(element)}`);
  const range = document.createRange();
  range.selectNodeContents(node);
  const words = range.getBoundingClientRect();
  for (let around = element; around && around !== document.body; around = around.parentElement) {
    const style = getComputedStyle(around);
    const box = around.getBoundingClientRect();
    // What is shortened in so many lines says so by its dots.
    if (style.webkitLineClamp !== 'none') break;
    const cut = style.overflowX === 'hidden' && words.right > box.right + 1
      || style.overflowY === 'hidden' && words.bottom > box.bottom + 2;
    if (cut) found.push(`cut off: ${name(element)}`);
    const beside = style.overflowX === 'visible' && style.display !== 'inline'
      && around === element && words.right > box.right + 1;
    if (beside) found.push(`runs out of its box: ${name(element)}`);
    if (cut || beside || ['auto', 'scroll'].includes(style.overflowX)) break;
  }
}
return [...new Set(found)];
