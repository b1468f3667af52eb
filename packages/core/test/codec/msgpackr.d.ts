/** msgpackr has it, its types do not. */
declare module "msgpackr/unpack" {
  export const isNativeAccelerationEnabled: boolean
}
