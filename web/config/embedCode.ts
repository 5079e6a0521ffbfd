/** The code that shows a stream in a foreign page. `link`: the share link of the stream. */
export function embedCode(link: string): string {
  const src = link.replace('#/watch/', '#/embed/').replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return `<iframe src="${src}" title="Live stream" width="640" height="360" style="border:0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`
}
