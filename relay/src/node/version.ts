/** The version in `package.json`, which the build and the sources share. */
export { version } from '../../package.json'
