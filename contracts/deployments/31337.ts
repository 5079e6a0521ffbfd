import type { Deployment } from './Deployment'

// Written by npm run deploy.
const deployment: Deployment = {
  chainId: 31337,
  fromBlock: 0,
  timelock: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  livepeerToken: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  roundsManager: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
  serviceRegistry: '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9',
  randomness: '0x5FC8d32690cc91D4c39d9d3abcBD16989F875707',
  bondingManager: '0x8A791620dd6260079BF849Dc5567aDC3F2FdC318',
  jobsManager: '0x610178dA211FEF7D417bC0e6FeD39F05609AD788',
  verifier: '0xB7f8BC63BbcaD18155201308C8f3540b07f84F5e',
  claimsManager: '0xA51c1fc2f0D1a1b8494Ed1FE312d7C3a78Ed91C0',
  minter: '0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82',
  chequebook: '0x9A676e781A523b5d0C0e43731313A708CB607508',
  stakeVotes: '0x0B306BF915C4d645ff596e518fAf3F9669b97016',
  governor: '0x959922bE3CAee4b8Cd9a407cc3ac1C251C2007B1',
  genesisClaim: '0x9A9f2CCfdE556A7E9Ff0848998Aa4a0CFD8863AE',
  endowment: '0x68B1D87F95878fE05B998F19b66F4baba5De1aed',
}

export default deployment
