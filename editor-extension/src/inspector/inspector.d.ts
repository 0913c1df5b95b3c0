/** As much of what Inspector and React publish as is used here: the Inspector's own declarations of 9.28 do not compile. */

declare module '@babylonjs/inspector' {
  export const ShellServiceIdentity: symbol;
  export const SceneContextIdentity: symbol;
}

declare module 'react' {
  export type ReactElement = object;
  export function createElement(
    type: string | ((props: never) => ReactElement),
    props?: object | null,
    ...children: unknown[]
  ): ReactElement;
  export function useEffect(effect: () => (() => void) | undefined, dependencies: readonly unknown[]): void;
  export function useRef<T>(initial: T | null): { current: T | null };
}
