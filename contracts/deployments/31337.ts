import type { Deployment } from './Deployment'

// Written by contracts/script/deploy.ts.
const deployment: Deployment = {
  chainId: 31337,
  livepeerToken: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  roundsManager: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  serviceRegistry: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
  randomness: '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9',
  bondingManager: '0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9',
  jobsManager: '0x5FC8d32690cc91D4c39d9d3abcBD16989F875707',
  claimsManager: '0x0165878A594ca255338adfa4d48449f69242Eb8F',
  verifier: '0xa513E6E4b8f2a923D98304ec87F64353C4D5C853',
  minter: '0x2279B7A0a67DB372996a5FaB50D91eAA73d2eBe6',
}

export default deployment
