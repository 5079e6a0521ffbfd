// hls.js ships its light build without types; it has the same face.
declare module 'hls.js/light' {
  export * from 'hls.js'
  export { default } from 'hls.js'
}
