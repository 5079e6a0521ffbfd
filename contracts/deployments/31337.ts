import type { Deployment } from './Deployment'

// Written by contracts/script/deploy.ts.
const deployment: Deployment = {
  chainId: 31337,
  timelock: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  livepeerToken: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  roundsManager: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
  serviceRegistry: '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9',
  randomness: '0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9',
  bondingManager: '0x2279B7A0a67DB372996a5FaB50D91eAA73d2eBe6',
  jobsManager: '0x8A791620dd6260079BF849Dc5567aDC3F2FdC318',
  verifier: '0x610178dA211FEF7D417bC0e6FeD39F05609AD788',
  claimsManager: '0xB7f8BC63BbcaD18155201308C8f3540b07f84F5e',
  minter: '0xA51c1fc2f0D1a1b8494Ed1FE312d7C3a78Ed91C0',
  chequebook: '0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82',
}

export default deployment
