// hls.js has no types for its light build. The light build has the same interface as the full build.
declare module 'hls.js/light' {
  export * from 'hls.js'
  export { default } from 'hls.js'
}
