// The source of `lp-player.js`: the element `<lp-player stream="…">` for foreign pages. A page loads it with
// `<script src="https://<lp site>/lp-player.js"></script>`. It must import nothing, because it is one small file.

/** The lp site from which the page has loaded this script. */
const site = new URL('.', (document.currentScript as HTMLScriptElement | null)?.src || document.baseURI).href

const styles = ':host { display: block; aspect-ratio: 16 / 9 } iframe { border: 0; width: 100%; height: 100% }'

/** Shows the stream of the attribute `stream`: a share link of any lp site, or a StreamId. */
class LpPlayer extends HTMLElement {
  static observedAttributes = ['stream']

  connectedCallback(): void {
    this.#show()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#show()
  }

  #show(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    const style = document.createElement('style')
    style.textContent = styles
    root.replaceChildren(style, contentOf(this.getAttribute('stream') ?? ''))
  }
}

/** The player runs in a frame: so the foreign page and the player can change nothing of each other (decision 055). */
function contentOf(stream: string): HTMLElement {
  const [, id, query = ''] = /(?:^|#\/?(?:watch|embed)\/)(0x[0-9a-f]{64})\/?(\?[^#]*)?$/i.exec(stream.trim()) ?? []
  if (id === undefined) {
    const text = document.createElement('p')
    text.textContent =
      'The attribute “stream” of lp-player is not a link to a stream. Copy the link of the stream again.'
    return text
  }
  const frame = document.createElement('iframe')
  frame.src = `${site}#/embed/${id}${query}`
  frame.title = 'Live stream'
  frame.allow = 'autoplay; fullscreen; picture-in-picture'
  frame.allowFullscreen = true
  return frame
}

// A page can load the script twice.
if (!customElements.get('lp-player')) customElements.define('lp-player', LpPlayer)

export {}
