/** The look of the page: a deep green of the playing field on calm greys, in colours whose contrast is enough (WCAG AA). */
import {
  Alert,
  Badge,
  Button,
  createTheme,
  Drawer,
  Input,
  Menu,
  Modal,
  Table,
  type CSSVariablesResolver,
} from "@mantine/core";

export const theme = createTheme({
  primaryColor: "pine",
  // the default shades put white on too light a ground
  primaryShade: { light: 8, dark: 8 },
  colors: {
    pine: [
      "#eef8f3",
      "#daf0e6",
      "#b4e0cd",
      "#86cdb0",
      "#5fbb96",
      "#3ea67f",
      "#2b916c",
      "#20825e",
      "#1b7051",
      "#12513a",
    ],
    // the usual yellow is too light to be read on its own light ground
    amber: [
      "#fff6e0",
      "#fdecc4",
      "#f9d88c",
      "#f4c150",
      "#efae23",
      "#d99a12",
      "#b57f0b",
      "#946708",
      "#7a5506",
      "#5f4204",
    ],
  },
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650" },
  respectReducedMotion: true,
  components: {
    // what it says may be a long name
    Alert: Alert.extend({ styles: { body: { minWidth: 0 } } }),
    Badge: Badge.extend({
      defaultProps: { variant: "light", size: "sm", tt: "none", fw: 600, miw: "max-content" },
    }),
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    // what is typed goes in its own direction; as a property, it would go to what is around the field
    Input: Input.extend({ defaultProps: { attributes: { input: { dir: "auto" } } } }),
    Table: Table.extend({ defaultProps: { borderColor: "var(--line)" } }),
    // inside a section of the page's main part, so that their headers are not taken for the page's; titles may be long names
    Modal: Modal.extend({
      defaultProps: { portalProps: { target: "#dialogs" } },
      styles: { title: { minWidth: 0, lineHeight: 1.3, overflowWrap: "anywhere" } },
    }),
    // the focus goes to the first item, not to an element of no role before it
    Menu: Menu.extend({
      defaultProps: { portalProps: { target: "#dialogs" }, withInitialFocusPlaceholder: false },
      // an item may be a long name
      styles: { dropdown: { maxWidth: "min(24rem, calc(100vw - 1rem))" } },
    }),
    Drawer: Drawer.extend({ defaultProps: { portalProps: { target: "#dialogs" } } }),
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5b6570",
    "--mantine-color-placeholder": "#6b7580",
    "--mantine-color-error": "#c42424",
    "--mantine-color-gray-light": "#e4e9e7",
    "--canvas": "#f3f5f4",
    "--panel": "#ffffff",
    "--line": "#e2e6e4",
    "--line-strong": "#c3cac7",
    "--hover": "#f5f8f6",
    "--chosen": "#e8f4ee",
    "--alarm": "#b42318",
    "--bubble-in": "#eceff0",
    "--bubble-out": "#d9efe4",
    "--bubble-meta": "#4d5a55",
  },
  dark: {
    "--mantine-color-body": "#16191a",
    "--mantine-color-dimmed": "#a3adab",
    "--mantine-color-placeholder": "#8d9795",
    "--mantine-color-error": "#ff8f85",
    "--mantine-color-pine-light": "#18392b",
    "--mantine-color-gray-light": "#2b3132",
    "--mantine-color-red-light": "#3d2020",
    "--mantine-color-orange-light": "#40290f",
    "--mantine-color-amber-light": "#3a2e10",
    "--mantine-color-blue-light": "#1a3144",
    "--mantine-color-grape-light": "#38223e",
    "--canvas": "#101314",
    "--panel": "#181b1c",
    "--line": "#2a2f30",
    "--line-strong": "#434a4b",
    "--hover": "#1e2223",
    "--chosen": "#1b2f27",
    "--alarm": "#ff8f85",
    "--bubble-in": "#272c2d",
    "--bubble-out": "#1c4030",
    "--bubble-meta": "#b3bebb",
  },
});
