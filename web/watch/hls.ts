// A file of its own, so that the bundle contains only those exports of hls.js that the player uses.
export { default } from 'hls.js/light'
