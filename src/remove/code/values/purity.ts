/**
 * Which expressions may vanish, or be run less often, without anyone noticing: the one predicate for side effects.
 * Input: an expression. Output: the calls in it that may do something, in the order they run. Reading a property is no effect.
 */
import { ts } from 'ts-morph';
import { sdkOf } from '../../../flags/catalogue.ts';
import type { Code } from '../reading/program.ts';
import { isAny } from '../reading/types.ts';
import { unwrapped } from '../reading/uses.ts';
import { defaultsOf, functionBehind } from './functions.ts';

export interface Purity {
  /** The outermost parts of the expression that may have an effect; empty: it can go. */
  effects(node: ts.Expression): readonly ts.Expression[];
  isPure(node: ts.Expression): boolean;
}

/** Functions of the language that only compute. */
const computing: ReadonlySet<string> = new Set(
  (
    'Boolean String Number BigInt Symbol parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent ' +
    'Object.keys Object.values Object.entries Object.freeze Object.fromEntries Array.isArray Array.of Array.from Number.isInteger ' +
    'Number.isFinite Number.isNaN Date.now Promise.resolve'
  ).split(' '),
);
const computingOwners: ReadonlySet<string> = new Set(['Math']);
const constructing: ReadonlySet<string> = new Set([
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Date',
  'Error',
  'URL',
  'URLSearchParams',
  'Array',
  'Object',
]);
/**
 * Hooks that only read, load or keep something for whoever asks them: their names, whoever exports them.
 * What loads data for nobody is not missed; what is to run anyway is an effect (`useEffect`), and stays.
 */
const readingHooks: ReadonlySet<string> = new Set(
  (
    'useState useMemo useCallback useRef useContext useReducer useId useDeferredValue useTransition useNavigate useLocation useParams ' +
    'useSearchParams useTheme useMediaQuery useTranslation useSelector useDispatch useRouter usePathname useHistory useStyles useIntl ' +
    'useSWR useSWRImmutable useSWRInfinite useSWRMutation useQuery useInfiniteQuery useSuspenseQuery useLazyQuery useMutation'
  ).split(' '),
);
/** Hooks that give a book of numbers and texts: its methods look them up. */
const lookingUp: ReadonlySet<string> = new Set(['useTheme', 'useTranslation', 'useIntl']);
/** Calls that make something to be used later: styles, components, contexts, schemas. Whoever exports them, that is all they do. */
const defining: ReadonlySet<string> = new Set(
  (
    'styled css keyframes makeStyles createStyles withStyles createUseStyles createContext memo forwardRef lazy createSelector createTheme ' +
    'gql graphql z yup Joi defineMessages createColumnHelper createAction createSlice'
  ).split(' '),
);
/** What schemas do with data: it may throw. */
const checking: ReadonlySet<string> = new Set('parse parseAsync validate validateAsync validateSync assert attempt cast'.split(' '));
/** Methods of texts and lists that only compute; what they are given to call is looked into. */
const computingMethods: ReadonlySet<string> = new Set(
  (
    'at charAt charCodeAt codePointAt concat endsWith entries every filter find findIndex findLast findLastIndex flat flatMap includes indexOf ' +
    'join keys lastIndexOf localeCompare map match matchAll normalize padEnd padStart reduce reduceRight repeat replace replaceAll search ' +
    'slice some split startsWith substring toLocaleLowerCase toLocaleUpperCase toLowerCase toReversed toSorted toSpliced toString ' +
    'toUpperCase trim trimEnd trimStart values with'
  ).split(' '),
);
/** Of these everybody's only compute: where nothing is known of what they are called on, their name is enough. */
const surelyComputing: ReadonlySet<string> = new Set(
  'charAt endsWith includes indexOf padStart padEnd startsWith substring toLowerCase toUpperCase toString trim'.split(' '),
);
const maxDepth = 6;

/** What is known of conditions when effects are looked for. */
export interface Knowledge {
  /** Whether a call or name stands for a settled flag. */
  isKnown(node: ts.Node): boolean;
  truth(node: ts.Expression): boolean | null;
  /** Whether a function answers what flags are: to ask it for another flag has no effect. */
  isEvaluating(symbol: ts.Symbol): boolean;
}

export function makePurity(code: Code, { isKnown, truth, isEvaluating }: Knowledge): Purity {
  const { checker } = code;
  const pureFunctions = new Map<ts.Node, boolean>();

  const effects = (node: ts.Node, depth: number): ts.Expression[] => {
    if (isKnown(node)) return [...argumentsOf(node), ...ownerOf(node)].flatMap((one) => effects(one, depth));
    if (ts.isFunctionLike(node)) return [];
    switch (node.kind) {
      case ts.SyntaxKind.CallExpression:
        return isPureCall(node as ts.CallExpression, depth) ? inner(node, depth) : [node as ts.CallExpression];
      case ts.SyntaxKind.NewExpression:
        return isPureNew(node as ts.NewExpression, code) ? inner(node, depth) : [node as ts.NewExpression];
      case ts.SyntaxKind.AwaitExpression:
        return isSettled((node as ts.AwaitExpression).expression) ? inner(node, depth) : [node as ts.AwaitExpression];
      case ts.SyntaxKind.TaggedTemplateExpression:
        return defining.has(rootName((node as ts.TaggedTemplateExpression).tag)) ? inner(node, depth) : [node as ts.Expression];
      case ts.SyntaxKind.YieldExpression:
      case ts.SyntaxKind.DeleteExpression:
      case ts.SyntaxKind.PostfixUnaryExpression:
        return [node as ts.Expression];
      case ts.SyntaxKind.PrefixUnaryExpression: {
        const { operator } = node as ts.PrefixUnaryExpression;
        const isStep = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
        return isStep ? [node as ts.Expression] : inner(node, depth);
      }
      case ts.SyntaxKind.BinaryExpression:
        return binaryEffects(node as ts.BinaryExpression, depth);
      case ts.SyntaxKind.ConditionalExpression:
        return conditionalEffects(node as ts.ConditionalExpression, depth);
      case ts.SyntaxKind.ClassExpression:
        return (node as ts.ClassExpression).members.length === 0 ? [] : [node as ts.Expression];
      default:
        return inner(node, depth);
    }
  };
  const inner = (node: ts.Node, depth: number): ts.Expression[] => {
    const found: ts.Expression[] = [];
    ts.forEachChild(node, (child) => {
      if (!ts.isTypeNode(child)) found.push(...effects(child, depth));
    });
    return found;
  };
  /** What runs always goes by itself; what runs only sometimes takes its condition along. */
  const guarded = (node: ts.Expression, always: readonly ts.Expression[], depth: number): ts.Expression[] => {
    const all = inner(node, depth);
    const first = always.flatMap((one) => effects(one, depth));
    return all.length > first.length ? [node] : first;
  };
  const binaryEffects = (node: ts.BinaryExpression, depth: number): ts.Expression[] => {
    const { kind } = node.operatorToken;
    if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) return [node];
    const isLogical =
      kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
    if (!isLogical) return inner(node, depth);
    const holds = kind === ts.SyntaxKind.QuestionQuestionToken ? null : truth(node.left);
    if (holds === null) return guarded(node, [node.left], depth);
    const isRun = holds === (kind === ts.SyntaxKind.AmpersandAmpersandToken);
    return [...effects(node.left, depth), ...(isRun ? effects(node.right, depth) : [])];
  };
  const conditionalEffects = (node: ts.ConditionalExpression, depth: number): ts.Expression[] => {
    const holds = truth(node.condition);
    if (holds === null) return guarded(node, [node.condition], depth);
    return [...effects(node.condition, depth), ...effects(holds ? node.whenTrue : node.whenFalse, depth)];
  };
  const isSettled = (node: ts.Expression): boolean => isKnown(node);
  const isPureCall = (node: ts.CallExpression, depth: number): boolean => {
    const symbol = symbolCalled(node.expression, code);
    if (symbol !== null && isEvaluating(symbol)) return true;
    const body = symbol === null ? null : functionBehind(symbol, code);
    // What can be looked into is not judged by its name.
    if (body?.body !== undefined) return depth < maxDepth && isPureFunction(body, depth);
    const name = calledName(node.expression);
    const last = name?.slice(name.lastIndexOf('.') + 1) ?? '';
    if (defining.has(rootName(node.expression)) && !checking.has(last)) return true;
    if (name !== null) {
      if (/^(?:getClient|use[A-Z]\w*)$/.test(last) && isOfFlagSdk(node.expression, code)) return true;
      if (computing.has(name) || computingOwners.has(name.split('.', 1)[0] ?? '') || readingHooks.has(last)) return true;
    }
    if (isLookedUp(node.expression, code)) return true;
    return isComputingMethod(node.expression, code) && node.arguments.every((one) => isPureCallback(one, depth));
  };
  /** What a method may call: an argument that is no function is looked at as a value. */
  const isPureCallback = (given: ts.Expression, depth: number): boolean => {
    const value = unwrapped(given);
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return isPureFunction(value, depth);
    if (checker.getTypeAtLocation(value).getCallSignatures().length === 0) return !isAny(value, checker);
    const symbol = ts.isIdentifier(value) ? code.symbolOf(value) : null;
    if (ts.isIdentifier(value) && computing.has(value.text)) return true;
    const body = symbol === null || depth >= maxDepth ? null : functionBehind(symbol, code);
    return body !== null && isPureFunction(body, depth);
  };
  const isPureFunction = (fn: ts.FunctionLikeDeclaration, depth: number): boolean => {
    const known = pureFunctions.get(fn);
    if (known !== undefined) return known;
    pureFunctions.set(fn, false);
    const isPure =
      fn.body !== undefined && isPureBody(fn.body, depth + 1) && defaultsOf(fn).every((one) => effects(one, depth + 1).length === 0);
    pureFunctions.set(fn, isPure);
    return isPure;
  };
  /** Only declarations, returns and conditions, of expressions without effects. */
  const isPureBody = (node: ts.Node, depth: number): boolean => {
    if (!ts.isBlock(node)) return effects(node, depth).length === 0;
    return node.statements.every((one) => isPureStatement(one, depth));
  };
  const isPureStatement = (node: ts.Statement, depth: number): boolean => {
    if (ts.isReturnStatement(node)) return node.expression === undefined || effects(node.expression, depth).length === 0;
    if (ts.isVariableStatement(node))
      return node.declarationList.declarations.every(
        (one) => one.initializer === undefined || effects(one.initializer, depth).length === 0,
      );
    if (ts.isFunctionDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return true;
    if (ts.isBlock(node)) return isPureBody(node, depth);
    if (!ts.isIfStatement(node) || effects(node.expression, depth).length > 0) return false;
    return isPureStatement(node.thenStatement, depth) && (node.elseStatement === undefined || isPureStatement(node.elseStatement, depth));
  };
  return {
    effects: (node) => effects(node, 0),
    isPure: (node) => effects(node, 0).length === 0,
  };
}

const isPureNew = (node: ts.NewExpression, code: Code): boolean =>
  (ts.isIdentifier(node.expression) && constructing.has(node.expression.text)) || isOfFlagSdk(node.expression, code);

/** A client of flags that nobody asks does nothing that counts: `new Client()`, `OpenFeature.getClient()`, `useFlags()`. */
function isOfFlagSdk(callee: ts.Expression, code: Code): boolean {
  let root = callee;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  const declaration = ts.isIdentifier(root) ? code.localSymbolOf(root)?.declarations?.[0] : undefined;
  for (let up: ts.Node | undefined = declaration; up !== undefined; up = up.parent) {
    if (ts.isImportDeclaration(up)) return ts.isStringLiteral(up.moduleSpecifier) && sdkOf(up.moduleSpecifier.text) !== null;
  }
  return false;
}

const argumentsOf = (node: ts.Node): readonly ts.Expression[] => (ts.isCallExpression(node) ? node.arguments : []);

/** What a known property is read from: to get hold of it may do something. */
const ownerOf = (node: ts.Node): readonly ts.Expression[] => (ts.isPropertyAccessExpression(node) ? [node.expression] : []);

/** `styled` in `styled(Box)({ … })` and ``styled.div`…` ``. */
function rootName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) ? rootName(node.expression) : '';
}

function calledName(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node)) return null;
  const owner = calledName(node.expression);
  return owner === null ? node.name.text : `${owner}.${node.name.text}`;
}

/** `names.includes(name)`, `path.trim()`: what it is called on is known to be a text or a list. */
function isComputingMethod(callee: ts.Expression, { checker }: Code): boolean {
  if (!ts.isPropertyAccessExpression(callee) || !computingMethods.has(callee.name.text)) return false;
  if (isAny(callee.expression, checker)) return surelyComputing.has(callee.name.text);
  const type = checker.getNonNullableType(checker.getTypeAtLocation(callee.expression));
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((one) => (one.flags & ts.TypeFlags.StringLike) !== 0 || checker.isArrayType(one) || checker.isTupleType(one));
}

/** `theme.breakpoints.down('md')` of `const theme = useTheme()`. */
function isLookedUp(callee: ts.Expression, code: Code): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  let root: ts.Expression = callee;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  const declaration = ts.isIdentifier(root) ? code.localSymbolOf(root)?.declarations?.[0] : undefined;
  const value = declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value !== undefined && ts.isCallExpression(value) && lookingUp.has(calledName(value.expression) ?? '');
}

/** What a call calls: a function, a method. */
function symbolCalled(callee: ts.Expression, code: Code): ts.Symbol | null {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) ? code.symbolOf(name) : null;
}
