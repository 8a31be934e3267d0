var m3=Object.defineProperty;var n3=Object.getOwnPropertyDescriptor;var Z=(V,C,H,L)=>{for(var M=L>1?void 0:L?n3(C,H):C,r=V.length-1,e;r>=0;r--)(e=V[r])&&(M=(L?e(C,H,M):e(M))||M);return L&&M&&m3(C,H,M),M};var A=["cs","da","de","en","es","fi","fr","hu","it","ja","ko","nb","nl","pl","pt-BR","ru","sv","tr","uk","zh-Hans"];var c1=globalThis,h1=c1.ShadowRoot&&(c1.ShadyCSS===void 0||c1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,X1=Symbol(),c2=new WeakMap,A1=class{constructor(C,H,L){if(this._$cssResult$=!0,L!==X1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=C,this.t=H}get styleSheet(){let C=this.o,H=this.t;if(h1&&C===void 0){let L=H!==void 0&&H.length===1;L&&(C=c2.get(H)),C===void 0&&((this.o=C=new CSSStyleSheet).replaceSync(this.cssText),L&&c2.set(H,C))}return C}toString(){return this.cssText}},h2=V=>new A1(typeof V=="string"?V:V+"",void 0,X1),c=(V,...C)=>{let H=V.length===1?V[0]:C.reduce((L,M,r)=>L+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(M)+V[r+1],V[0]);return new A1(H,V,X1)},O2=(V,C)=>{if(h1)V.adoptedStyleSheets=C.map(H=>H instanceof CSSStyleSheet?H:H.styleSheet);else for(let H of C){let L=document.createElement("style"),M=c1.litNonce;M!==void 0&&L.setAttribute("nonce",M),L.textContent=H.cssText,V.appendChild(L)}},J1=h1?V=>V:V=>V instanceof CSSStyleSheet?(C=>{let H="";for(let L of C.cssRules)H+=L.cssText;return h2(H)})(V):V;var{is:x3,defineProperty:l3,getOwnPropertyDescriptor:Z3,getOwnPropertyNames:s3,getOwnPropertySymbols:u3,getPrototypeOf:S3}=Object,N=globalThis,f2=N.trustedTypes,c3=f2?f2.emptyScript:"",h3=N.reactiveElementPolyfillSupport,a1=(V,C)=>V,d1={toAttribute(V,C){switch(C){case Boolean:V=V?c3:null;break;case Object:case Array:V=V==null?V:JSON.stringify(V)}return V},fromAttribute(V,C){let H=V;switch(C){case Boolean:H=V!==null;break;case Number:H=V===null?null:Number(V);break;case Object:case Array:try{H=JSON.parse(V)}catch{H=null}}return H}},O1=(V,C)=>!x3(V,C),g2={attribute:!0,type:String,converter:d1,reflect:!1,useDefault:!1,hasChanged:O1};Symbol.metadata??(Symbol.metadata=Symbol("metadata")),N.litPropertyMetadata??(N.litPropertyMetadata=new WeakMap);var R=class extends HTMLElement{static addInitializer(C){this._$Ei(),(this.l??(this.l=[])).push(C)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(C,H=g2){if(H.state&&(H.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(C)&&((H=Object.create(H)).wrapped=!0),this.elementProperties.set(C,H),!H.noAccessor){let L=Symbol(),M=this.getPropertyDescriptor(C,L,H);M!==void 0&&l3(this.prototype,C,M)}}static getPropertyDescriptor(C,H,L){let{get:M,set:r}=Z3(this.prototype,C)??{get(){return this[H]},set(e){this[H]=e}};return{get:M,set(e){let i=M?.call(this);r?.call(this,e),this.requestUpdate(C,i,L)},configurable:!0,enumerable:!0}}static getPropertyOptions(C){return this.elementProperties.get(C)??g2}static _$Ei(){if(this.hasOwnProperty(a1("elementProperties")))return;let C=S3(this);C.finalize(),C.l!==void 0&&(this.l=[...C.l]),this.elementProperties=new Map(C.elementProperties)}static finalize(){if(this.hasOwnProperty(a1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(a1("properties"))){let H=this.properties,L=[...s3(H),...u3(H)];for(let M of L)this.createProperty(M,H[M])}let C=this[Symbol.metadata];if(C!==null){let H=litPropertyMetadata.get(C);if(H!==void 0)for(let[L,M]of H)this.elementProperties.set(L,M)}this._$Eh=new Map;for(let[H,L]of this.elementProperties){let M=this._$Eu(H,L);M!==void 0&&this._$Eh.set(M,H)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(C){let H=[];if(Array.isArray(C)){let L=new Set(C.flat(1/0).reverse());for(let M of L)H.unshift(J1(M))}else C!==void 0&&H.push(J1(C));return H}static _$Eu(C,H){let L=H.attribute;return L===!1?void 0:typeof L=="string"?L:typeof C=="string"?C.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(C=>this.enableUpdating=C),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(C=>C(this))}addController(C){(this._$EO??(this._$EO=new Set)).add(C),this.renderRoot!==void 0&&this.isConnected&&C.hostConnected?.()}removeController(C){this._$EO?.delete(C)}_$E_(){let C=new Map,H=this.constructor.elementProperties;for(let L of H.keys())this.hasOwnProperty(L)&&(C.set(L,this[L]),delete this[L]);C.size>0&&(this._$Ep=C)}createRenderRoot(){let C=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return O2(C,this.constructor.elementStyles),C}connectedCallback(){this.renderRoot??(this.renderRoot=this.createRenderRoot()),this.enableUpdating(!0),this._$EO?.forEach(C=>C.hostConnected?.())}enableUpdating(C){}disconnectedCallback(){this._$EO?.forEach(C=>C.hostDisconnected?.())}attributeChangedCallback(C,H,L){this._$AK(C,L)}_$ET(C,H){let L=this.constructor.elementProperties.get(C),M=this.constructor._$Eu(C,L);if(M!==void 0&&L.reflect===!0){let r=(L.converter?.toAttribute!==void 0?L.converter:d1).toAttribute(H,L.type);this._$Em=C,r==null?this.removeAttribute(M):this.setAttribute(M,r),this._$Em=null}}_$AK(C,H){let L=this.constructor,M=L._$Eh.get(C);if(M!==void 0&&this._$Em!==M){let r=L.getPropertyOptions(M),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:d1;this._$Em=M;let i=e.fromAttribute(H,r.type);this[M]=i??this._$Ej?.get(M)??i,this._$Em=null}}requestUpdate(C,H,L,M=!1,r){if(C!==void 0){let e=this.constructor;if(M===!1&&(r=this[C]),L??(L=e.getPropertyOptions(C)),!((L.hasChanged??O1)(r,H)||L.useDefault&&L.reflect&&r===this._$Ej?.get(C)&&!this.hasAttribute(e._$Eu(C,L))))return;this.C(C,H,L)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(C,H,{useDefault:L,reflect:M,wrapped:r},e){L&&!(this._$Ej??(this._$Ej=new Map)).has(C)&&(this._$Ej.set(C,e??H??this[C]),r!==!0||e!==void 0)||(this._$AL.has(C)||(this.hasUpdated||L||(H=void 0),this._$AL.set(C,H)),M===!0&&this._$Em!==C&&(this._$Eq??(this._$Eq=new Set)).add(C))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(H){Promise.reject(H)}let C=this.scheduleUpdate();return C!=null&&await C,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??(this.renderRoot=this.createRenderRoot()),this._$Ep){for(let[M,r]of this._$Ep)this[M]=r;this._$Ep=void 0}let L=this.constructor.elementProperties;if(L.size>0)for(let[M,r]of L){let{wrapped:e}=r,i=this[M];e!==!0||this._$AL.has(M)||i===void 0||this.C(M,void 0,r,i)}}let C=!1,H=this._$AL;try{C=this.shouldUpdate(H),C?(this.willUpdate(H),this._$EO?.forEach(L=>L.hostUpdate?.()),this.update(H)):this._$EM()}catch(L){throw C=!1,this._$EM(),L}C&&this._$AE(H)}willUpdate(C){}_$AE(C){this._$EO?.forEach(H=>H.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(C)),this.updated(C)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(C){return!0}update(C){this._$Eq&&(this._$Eq=this._$Eq.forEach(H=>this._$ET(H,this[H]))),this._$EM()}updated(C){}firstUpdated(C){}};R.elementStyles=[],R.shadowRootOptions={mode:"open"},R[a1("elementProperties")]=new Map,R[a1("finalized")]=new Map,h3?.({ReactiveElement:R}),(N.reactiveElementVersions??(N.reactiveElementVersions=[])).push("2.1.2");var m1=globalThis,k2=V=>V,f1=m1.trustedTypes,y2=f1?f1.createPolicy("lit-html",{createHTML:V=>V}):void 0,H2="$lit$",F=`lit$${Math.random().toFixed(9).slice(2)}$`,V2="?"+F,O3=`<${V2}>`,q=document,n1=()=>q.createComment(""),v1=V=>V===null||typeof V!="object"&&typeof V!="function",L2=Array.isArray,R2=V=>L2(V)||typeof V?.[Symbol.iterator]=="function",C2=`[ 	
\f\r]`,p1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,b2=/-->/g,B2=/>/g,z=RegExp(`>|${C2}(?:([^\\s"'>=/]+)(${C2}*=${C2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),T2=/'/g,w2=/"/g,F2=/^(?:script|style|textarea|title)$/i,M2=V=>(C,...H)=>({_$litType$:V,strings:C,values:H}),m=M2(1),E2=M2(2),E0=M2(3),E=Symbol.for("lit-noChange"),d=Symbol.for("lit-nothing"),P2=new WeakMap,K=q.createTreeWalker(q,129);function D2(V,C){if(!L2(V)||!V.hasOwnProperty("raw"))throw Error("invalid template strings array");return y2!==void 0?y2.createHTML(C):C}var _2=(V,C)=>{let H=V.length-1,L=[],M,r=C===2?"<svg>":C===3?"<math>":"",e=p1;for(let i=0;i<H;i++){let t=V[i],p,n,a=-1,v=0;for(;v<t.length&&(e.lastIndex=v,n=e.exec(t),n!==null);)v=e.lastIndex,e===p1?n[1]==="!--"?e=b2:n[1]!==void 0?e=B2:n[2]!==void 0?(F2.test(n[2])&&(M=RegExp("</"+n[2],"g")),e=z):n[3]!==void 0&&(e=z):e===z?n[0]===">"?(e=M??p1,a=-1):n[1]===void 0?a=-2:(a=e.lastIndex-n[2].length,p=n[1],e=n[3]===void 0?z:n[3]==='"'?w2:T2):e===w2||e===T2?e=z:e===b2||e===B2?e=p1:(e=z,M=void 0);let x=e===z&&V[i+1].startsWith("/>")?" ":"";r+=e===p1?t+O3:a>=0?(L.push(p),t.slice(0,a)+H2+t.slice(a)+F+x):t+F+(a===-2?i:x)}return[D2(V,r+(V[H]||"<?>")+(C===2?"</svg>":C===3?"</math>":"")),L]},x1=class V{constructor({strings:C,_$litType$:H},L){let M;this.parts=[];let r=0,e=0,i=C.length-1,t=this.parts,[p,n]=_2(C,H);if(this.el=V.createElement(p,L),K.currentNode=this.el.content,H===2||H===3){let a=this.el.content.firstChild;a.replaceWith(...a.childNodes)}for(;(M=K.nextNode())!==null&&t.length<i;){if(M.nodeType===1){if(M.hasAttributes())for(let a of M.getAttributeNames())if(a.endsWith(H2)){let v=n[e++],x=M.getAttribute(a).split(F),u=/([.?@])?(.*)/.exec(v);t.push({type:1,index:r,name:u[2],strings:x,ctor:u[1]==="."?k1:u[1]==="?"?y1:u[1]==="@"?b1:Y}),M.removeAttribute(a)}else a.startsWith(F)&&(t.push({type:6,index:r}),M.removeAttribute(a));if(F2.test(M.tagName)){let a=M.textContent.split(F),v=a.length-1;if(v>0){M.textContent=f1?f1.emptyScript:"";for(let x=0;x<v;x++)M.append(a[x],n1()),K.nextNode(),t.push({type:2,index:++r});M.append(a[v],n1())}}}else if(M.nodeType===8)if(M.data===V2)t.push({type:2,index:r});else{let a=-1;for(;(a=M.data.indexOf(F,a+1))!==-1;)t.push({type:7,index:r}),a+=F.length-1}r++}}static createElement(C,H){let L=q.createElement("template");return L.innerHTML=C,L}};function j(V,C,H=V,L){if(C===E)return C;let M=L!==void 0?H._$Co?.[L]:H._$Cl,r=v1(C)?void 0:C._$litDirective$;return M?.constructor!==r&&(M?._$AO?.(!1),r===void 0?M=void 0:(M=new r(V),M._$AT(V,H,L)),L!==void 0?(H._$Co??(H._$Co=[]))[L]=M:H._$Cl=M),M!==void 0&&(C=j(V,M._$AS(V,C.values),M,L)),C}var g1=class{constructor(C,H){this._$AV=[],this._$AN=void 0,this._$AD=C,this._$AM=H}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(C){let{el:{content:H},parts:L}=this._$AD,M=(C?.creationScope??q).importNode(H,!0);K.currentNode=M;let r=K.nextNode(),e=0,i=0,t=L[0];for(;t!==void 0;){if(e===t.index){let p;t.type===2?p=new H1(r,r.nextSibling,this,C):t.type===1?p=new t.ctor(r,t.name,t.strings,this,C):t.type===6&&(p=new B1(r,this,C)),this._$AV.push(p),t=L[++i]}e!==t?.index&&(r=K.nextNode(),e++)}return K.currentNode=q,M}p(C){let H=0;for(let L of this._$AV)L!==void 0&&(L.strings!==void 0?(L._$AI(C,L,H),H+=L.strings.length-2):L._$AI(C[H])),H++}},H1=class V{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(C,H,L,M){this.type=2,this._$AH=d,this._$AN=void 0,this._$AA=C,this._$AB=H,this._$AM=L,this.options=M,this._$Cv=M?.isConnected??!0}get parentNode(){let C=this._$AA.parentNode,H=this._$AM;return H!==void 0&&C?.nodeType===11&&(C=H.parentNode),C}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(C,H=this){C=j(this,C,H),v1(C)?C===d||C==null||C===""?(this._$AH!==d&&this._$AR(),this._$AH=d):C!==this._$AH&&C!==E&&this._(C):C._$litType$!==void 0?this.$(C):C.nodeType!==void 0?this.T(C):R2(C)?this.k(C):this._(C)}O(C){return this._$AA.parentNode.insertBefore(C,this._$AB)}T(C){this._$AH!==C&&(this._$AR(),this._$AH=this.O(C))}_(C){this._$AH!==d&&v1(this._$AH)?this._$AA.nextSibling.data=C:this.T(q.createTextNode(C)),this._$AH=C}$(C){let{values:H,_$litType$:L}=C,M=typeof L=="number"?this._$AC(C):(L.el===void 0&&(L.el=x1.createElement(D2(L.h,L.h[0]),this.options)),L);if(this._$AH?._$AD===M)this._$AH.p(H);else{let r=new g1(M,this),e=r.u(this.options);r.p(H),this.T(e),this._$AH=r}}_$AC(C){let H=P2.get(C.strings);return H===void 0&&P2.set(C.strings,H=new x1(C)),H}k(C){L2(this._$AH)||(this._$AH=[],this._$AR());let H=this._$AH,L,M=0;for(let r of C)M===H.length?H.push(L=new V(this.O(n1()),this.O(n1()),this,this.options)):L=H[M],L._$AI(r),M++;M<H.length&&(this._$AR(L&&L._$AB.nextSibling,M),H.length=M)}_$AR(C=this._$AA.nextSibling,H){for(this._$AP?.(!1,!0,H);C!==this._$AB;){let L=k2(C).nextSibling;k2(C).remove(),C=L}}setConnected(C){this._$AM===void 0&&(this._$Cv=C,this._$AP?.(C))}},Y=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(C,H,L,M,r){this.type=1,this._$AH=d,this._$AN=void 0,this.element=C,this.name=H,this._$AM=M,this.options=r,L.length>2||L[0]!==""||L[1]!==""?(this._$AH=Array(L.length-1).fill(new String),this.strings=L):this._$AH=d}_$AI(C,H=this,L,M){let r=this.strings,e=!1;if(r===void 0)C=j(this,C,H,0),e=!v1(C)||C!==this._$AH&&C!==E,e&&(this._$AH=C);else{let i=C,t,p;for(C=r[0],t=0;t<r.length-1;t++)p=j(this,i[L+t],H,t),p===E&&(p=this._$AH[t]),e||(e=!v1(p)||p!==this._$AH[t]),p===d?C=d:C!==d&&(C+=(p??"")+r[t+1]),this._$AH[t]=p}e&&!M&&this.j(C)}j(C){C===d?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,C??"")}},k1=class extends Y{constructor(){super(...arguments),this.type=3}j(C){this.element[this.name]=C===d?void 0:C}},y1=class extends Y{constructor(){super(...arguments),this.type=4}j(C){this.element.toggleAttribute(this.name,!!C&&C!==d)}},b1=class extends Y{constructor(C,H,L,M,r){super(C,H,L,M,r),this.type=5}_$AI(C,H=this){if((C=j(this,C,H,0)??d)===E)return;let L=this._$AH,M=C===d&&L!==d||C.capture!==L.capture||C.once!==L.once||C.passive!==L.passive,r=C!==d&&(L===d||M);M&&this.element.removeEventListener(this.name,this,L),r&&this.element.addEventListener(this.name,this,C),this._$AH=C}handleEvent(C){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,C):this._$AH.handleEvent(C)}},B1=class{constructor(C,H,L){this.element=C,this.type=6,this._$AN=void 0,this._$AM=H,this.options=L}get _$AU(){return this._$AM._$AU}_$AI(C){j(this,C)}},N2={M:H2,P:F,A:V2,C:1,L:_2,R:g1,D:R2,V:j,I:H1,H:Y,N:y1,U:b1,B:k1,F:B1},f3=m1.litHtmlPolyfillSupport;f3?.(x1,H1),(m1.litHtmlVersions??(m1.litHtmlVersions=[])).push("3.3.3");var W2=(V,C,H)=>{let L=H?.renderBefore??C,M=L._$litPart$;if(M===void 0){let r=H?.renderBefore??null;L._$litPart$=M=new H1(C.insertBefore(n1(),r),r,void 0,H??{})}return M._$AI(V),M};var l1=globalThis,h=class extends R{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){var H;let C=super.createRenderRoot();return(H=this.renderOptions).renderBefore??(H.renderBefore=C.firstChild),C}update(C){let H=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(C),this._$Do=W2(H,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return E}};h._$litElement$=!0,h.finalized=!0,l1.litElementHydrateSupport?.({LitElement:h});var g3=l1.litElementPolyfillSupport;g3?.({LitElement:h});(l1.litElementVersions??(l1.litElementVersions=[])).push("4.2.2");var k3={attribute:!0,type:String,converter:d1,reflect:!1,hasChanged:O1},y3=(V=k3,C,H)=>{let{kind:L,metadata:M}=H,r=globalThis.litPropertyMetadata.get(M);if(r===void 0&&globalThis.litPropertyMetadata.set(M,r=new Map),L==="setter"&&((V=Object.create(V)).wrapped=!0),r.set(H.name,V),L==="accessor"){let{name:e}=H;return{set(i){let t=C.get.call(this);C.set.call(this,i),this.requestUpdate(e,t,V,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,V,i),i}}}if(L==="setter"){let{name:e}=H;return function(i){let t=this[e];C.call(this,i),this.requestUpdate(e,t,V,!0,i)}}throw Error("Unsupported decorator location: "+L)};function O(V){return(C,H)=>typeof H=="object"?y3(V,C,H):((L,M,r)=>{let e=M.hasOwnProperty(r);return M.constructor.createProperty(r,L),e?Object.getOwnPropertyDescriptor(M,r):void 0})(V,C,H)}function f(V){return O({...V,state:!0,attribute:!1})}var V1=["database","libraries","analysis","cleanup","other"],b3=[[/Database$/,"database"],[/^(Clean|GarbageCollect)/,"cleanup"],[/Analysis$|^Generate/,"analysis"],[/^Refresh|Collections$|^ProcessAssets$|^ReverseGeocode$/,"libraries"]],$2=V=>{let C=V.replace(/^ButlerTask/,"");return b3.find(([H])=>H.test(C))?.[1]??"other"};var B3=["devices","entities","locale","language","connected"],b=(V,C,H)=>{if(!V||!C||B3.some(L=>V[L]!==C[L])||V.localize!==C.localize||V.formatEntityState!==C.formatEntityState)return!0;for(let L of H)if(L!==void 0&&V.states[L]!==C.states[L])return!0;return!1},W=V=>{V.requestUpdate("requestRender",!0)};var w1={card_name:"Plex Butler tasks",card_description:"Shows the maintenance tasks of a Plex Media Server, with buttons to start and stop them.",feature_name:"Plex task start and stop",dashboard_description:"Shows what your Plex Media Servers are doing, their maintenance tasks, and the last runs.",suggestion_server:"All tasks of the server",suggestion_task:"This task",suggestion_tile:"With start and stop",editor_server:"Server",editor_server_help:"The server whose tasks are shown. Optional if you have only one.",editor_tasks:"Tasks",editor_tasks_help:"The tasks to show, in this order. Leave empty to show all tasks of the server.",editor_title:"Title",editor_filter:"Filter",editor_kinds:"Kinds of tasks",editor_kinds_help:"Leave empty to show all kinds.",editor_only:"State",editor_only_help:"The card is hidden while no task matches.",config_text:'"{option}" must be text.',config_list:'"{option}" must be a list of device IDs.',config_choice:'"{option}" must be one of: {choices}.',config_choices:'"{option}" must be a list of: {choices}.',kind_database:"Database and backup",kind_libraries:"Libraries",kind_analysis:"Media analysis",kind_cleanup:"Cleanup",kind_other:"Other",only_active:"Running or waiting",only_inactive:"Neither running nor waiting",start_task:"Start {task}",stop_task:"Stop {task}",more_info:"More info",toast_already_running:"{task} is already running.",toast_not_running:"{task} isn't running.",toast_start_all_tasks:"Starting the due tasks of {server}.",toast_stop_all_tasks:"Stopping all tasks of {server}.",run_unconfirmed:"end not confirmed",run_never:"no run seen yet",every_days:{one:"every day",other:"every {count} days"},progress_of:"Progress of {task}",random_start:"During the maintenance window, this task starts at a random time.",not_observed:"This task hasn't been seen running on this server yet. You can start it, but its progress and its end may not be visible.",stalled_since:"No progress since {time}",server_unavailable:"{server} is unavailable. The last known runs are shown.",server_missing:"The server of this card no longer exists. Select another server.",server_required:"Several servers are set up. Select one of them.",no_servers:"No Plex Media Server is set up.",no_servers_help:"Add a Plex Media Server to see its maintenance tasks here.",add_server:"Add server",no_tasks:"No maintenance tasks to show.",task_missing:"Task not found",task_missing_help:"It may have been removed from the server.",nothing_running:"Nothing is running",last_run:"Last run: {task}, {time}",running_count:{one:"{count} task is running",other:"{count} tasks are running"},queued_count:{one:"{count} task is waiting",other:"{count} tasks are waiting"},next_window:"Next maintenance window: {time}",window_open:"The maintenance window is open until {time}",window_unknown:"The maintenance window isn't known",section_active:"Running and waiting",section_runs:"Last 24 hours",no_runs:"No task ran in the last 24 hours",runs_failed:"The runs couldn't be loaded.",runs_loading:"Loading runs…",runs_more:{one:"Show {count} more run",other:"Show {count} more runs"},by_home_assistant:"Started from Home Assistant"};var r2=new Map,e2=new Set,I2=w1,t2="en",U2=V=>{let C=V.split("-")[0];return A.find(H=>H===V)??A.find(H=>H===C)??"en"},w3=async V=>{if(V==="en")return w1;let C=new URL(`translations/${V}.json`,import.meta.url);C.search=new URL(import.meta.url).search;let H=await fetch(C);if(!H.ok)throw new Error(`${C.pathname}: ${H.status}`);return await H.json()},P3=async V=>{try{let C=await w3(V);if(V!==U2(document.documentElement.lang))return;I2=C,t2=V,e2.forEach(W)}catch(C){console.warn("Plex Butler: no texts in the language of the page",C)}},X=()=>{let V=U2(document.documentElement.lang);if(V===t2)return Promise.resolve();let C=r2.get(V)??P3(V);return r2.set(V,C),C.finally(()=>r2.delete(V))},G2=()=>{new MutationObserver(()=>{X()}).observe(document.documentElement,{attributeFilter:["lang"]}),X()},g=class{constructor(C){this.host=C;C.addController(this)}hostConnected(){e2.add(this.host)}hostDisconnected(){e2.delete(this.host)}},R3=(V,C,H)=>{if(typeof V=="string")return V;let L=H===1?V["=1"]:void 0,M=new Intl.PluralRules(C).select(H);return L??V[M]??V.other??""},o=(V,C={})=>{let H=I2[V],L=H===void 0?"en":t2;return R3(H??w1[V],L,Number(C.count)).replace(/\{(\w+)\}/g,(r,e)=>{let i=C[e];return typeof i=="number"?new Intl.NumberFormat(L).format(i):i??r})};var Q2="plex_butler",z2=V=>(V.name_by_user||V.name||"").trim(),i2=V=>V.identifiers.find(([C])=>C===Q2)?.[1],F3=V=>{let C=new Map;for(let H of Object.values(V)){if(H.platform!==Q2||!H.device_id)continue;let L=C.get(H.device_id);L?L.push(H):C.set(H.device_id,[H])}return C},K2=V=>Object.fromEntries(V.filter(C=>C.translation_key).map(C=>[C.translation_key,C.entity_id])),E3=V=>V.translation_key==="status",D3=(V,C,H)=>{let L=`${i2(C)}_`,M=i2(V).slice(L.length);return{id:V.id,title:z2(V),name:M,kind:$2(M),entities:K2(H),isHidden:H.some(r=>E3(r)&&r.hidden)}},_3=({devices:V,entities:C,language:H})=>{let L=Object.values(V).filter(t=>i2(t)&&!t.disabled_by),M=F3(C),r=new Intl.Collator(H),e=t=>t.sort((p,n)=>r.compare(p.title,n.title)),i=t=>({id:t.id,title:z2(t),configEntryId:t.config_entry_id,entities:K2(M.get(t.id)??[]),tasks:e(L.filter(p=>p.parent_device_id===t.id).map(p=>D3(p,t,M.get(p.id)??[])))});return e(L.filter(t=>!t.parent_device_id).map(i))},Z1,k=V=>{let{devices:C,entities:H,language:L}=V;return(Z1?.devices!==C||Z1.entities!==H||Z1.language!==L)&&(Z1={devices:C,entities:H,language:L,servers:_3(V)}),Z1.servers},P1=(V,C)=>{let H=V.entities[C]?.device_id;for(let L of k(V)){let M=L.tasks.find(r=>r.id===H);if(M)return{server:L,task:M}}},q2=(V,C)=>k(V).find(H=>H.id===V.entities[C]?.device_id);var N3=["disabled","idle","queued","running"],R1=V=>!V||V.state==="unavailable"||V.state==="unknown",s=(V,{entities:C},H)=>{let L=C[H];return L===void 0?void 0:V.states[L]},j2=V=>typeof V=="string"&&V!==""?V:void 0,o2=V=>typeof V=="number"&&Number.isFinite(V)?V:void 0,W3=V=>{let C=o2(V);return C!==void 0&&C>0?C:void 0},Y2=V=>{let C=new Date(typeof V=="string"?V:NaN);return Number.isNaN(C.getTime())?void 0:C},J=V=>Y2(V?.state),$3=(V,C)=>{let H=J(s(V,C,"last_started")),L=J(s(V,C,"last_finished")),M=s(V,C,"run"),[r,e]=[M?.attributes.event_type,J(M)],i=o2(M?.attributes.duration);if(r==="stopped"&&e)return{outcome:r,at:e,duration:i};let t=H&&L&&H<=L?void 0:H;if(r==="unconfirmed"&&e)return{outcome:r,at:t??e,duration:void 0};if(r==="finished"&&e)return{outcome:r,at:e,duration:i};if(t)return{outcome:"unconfirmed",at:t,duration:void 0};if(!L)return;let p=H&&(L.getTime()-H.getTime())/1e3;return{outcome:"finished",at:L,duration:p}},I3=["last_started","last_finished","run"],U3=V=>V!==void 0&&V.state!=="unavailable",G3=V=>N3.includes(V),Q3=(V,C)=>C&&G3(C.state)?C.state:V.entities.status===void 0?"unknown":"unavailable",B=(V,C)=>{let H=s(V,C,"status"),L=H?.attributes??{},M=o2(L.progress);return{status:Q3(C,H),progress:M===void 0?void 0:Math.min(Math.max(M,0),100),detail:j2(L.detail),description:j2(L.description),intervalDays:W3(L.interval_days),isRandomized:L.schedule_randomized===!0,isObserved:L.observed!==!1,stalledSince:Y2(L.stalled_since),lastRun:$3(V,C),isRecorded:I3.some(r=>U3(s(V,C,r)))}},D=V=>V==="running"||V==="queued",F1=(V,C)=>{if(C.entities.running!==void 0)return R1(s(V,C,"running"));let H=L=>!R1(s(V,L,"status"));return C.tasks.length>0&&!C.tasks.some(H)};var E1=["active","inactive"],X2=V=>typeof V=="string",J2=(V,C)=>Array.isArray(V)&&V.every(C),A2=V=>C=>V.includes(C),D1=V=>{let C=(i,t,p)=>{let n=V[i];if(n!=null&&!t(n))throw new Error(p)};for(let i of["server","title"])C(i,X2,o("config_text",{option:i}));C("tasks",i=>J2(i,X2),o("config_list",{option:"tasks"}));let L=i=>J2(i,A2(V1)),M={option:"kinds",choices:V1.join(", ")};C("kinds",L,o("config_choices",M));let r={option:"only",choices:E1.join(", ")};C("only",A2(E1),o("config_choice",r));let e={option:"notice",choices:"true, false"};return C("notice",A2([!0,!1]),o("config_choice",e)),V},a2={servers:[],tasks:[],missing:[]},z3=(V,C)=>{let H=new Map(V.flatMap(({tasks:M})=>M.map(r=>[r.id,r]))),L=C.map(M=>H.get(M)).filter(M=>M!==void 0);return{servers:V.filter(M=>M.tasks.some(r=>L.includes(r))),tasks:L,missing:C.filter(M=>!H.has(M))}},K3=(V,C)=>{if(V.length===0)return{...a2,problem:"no_servers"};if(!C&&V.length>1)return{...a2,problem:"server_required"};let H=C?V.find(M=>M.id===C):V[0];if(!H)return{...a2,problem:"server_missing"};let L=H.tasks.filter(M=>!M.isHidden);return{servers:[H],tasks:L,missing:[]}},C5=(V,C)=>{let H=k(V),L=C.tasks?.length?[...new Set(C.tasks)]:void 0,M=L?z3(H,L):K3(H,C.server),r=C.kinds?.length?C.kinds:V1,e=t=>!C.only||D(B(V,t).status)===(C.only==="active"),i=M.tasks.filter(t=>r.includes(t.kind)&&e(t));return{...M,tasks:i}};var H5={server:"editor_server",tasks:"editor_tasks",title:"editor_title",kinds:"editor_kinds",only:"editor_only"},V5={server:"editor_server_help",tasks:"editor_tasks_help",kinds:"editor_kinds_help",only:"editor_only_help"},L5=(V,C)=>({device:{multiple:C,filter:{integration:"plex_butler"},entity:{integration:"plex_butler",domain:V}}}),q3=()=>[{name:"kinds",selector:{select:{multiple:!0,options:V1.map(V=>({value:V,label:o(`kind_${V}`)}))}}},{name:"only",selector:{select:{mode:"dropdown",options:E1.map(V=>({value:V,label:o(`only_${V}`)}))}}}],_1=V=>C=>{let H=V[C.name];return H&&o(H)},M5={name:"server",selector:L5("calendar",!1)},N1=async()=>(await X(),{schema:[M5],computeLabel:_1(H5),computeHelper:_1(V5)}),r5=async()=>(await X(),{schema:[M5,{name:"title",selector:{text:{}}},{name:"tasks",selector:L5("event",!0)},{name:"",type:"expandable",flatten:!0,title:o("editor_filter"),schema:q3()}],computeLabel:_1(H5),computeHelper:_1(V5),assertConfig:V=>{D1(V)}});var L1=(V,C,H={})=>{V.dispatchEvent(new CustomEvent(C,{bubbles:!0,composed:!0,detail:H}))};var e5=async(V,C,H,L)=>{try{let M={};return await V.callService("plex_butler",C,M,H,!0,L)}catch{return}},t5=(V,C)=>L1(V,"hass-notification",{message:C}),i5=async(V,C,H,L)=>{let M={device_id:H.id},e=(await e5(C,L,M,!0))?.response?.result;(e==="already_running"||e==="not_running")&&t5(V,o(`toast_${e}`,{task:H.title}))},o5=(V,C,H)=>i5(V,C,H,"start_task"),A5=(V,C,H)=>i5(V,C,H,"stop_task"),a5=async(V,C,H,L)=>{await e5(C,L,{device_id:H.id},!1)&&t5(V,o(`toast_${L}`,{server:H.title}))},d5=(V,C,H)=>a5(V,C,H,"start_all_tasks"),p5=(V,C,H)=>a5(V,C,H,"stop_all_tasks");var m5="M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z";var n5="M9 3V18H12V3H9M12 5L16 18L19 17L15 4L12 5M5 5V18H8V5H5M3 19V21H21V19H3Z";var v5="M19.36,2.72L20.78,4.14L15.06,9.85C16.13,11.39 16.28,13.24 15.38,14.44L9.06,8.12C10.26,7.22 12.11,7.37 13.65,8.44L19.36,2.72M5.93,17.57C3.92,15.56 2.69,13.16 2.35,10.92L7.23,8.83L14.67,16.27L12.58,21.15C10.34,20.81 7.94,19.58 5.93,17.57Z";var x5="M19,19H5V8H19M19,3H18V1H16V3H8V1H6V3H5C3.89,3 3,3.9 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5A2,2 0 0,0 19,3M9.31,17L11.75,14.56L14.19,17L15.25,15.94L12.81,13.5L15.25,11.06L14.19,10L11.75,12.44L9.31,10L8.25,11.06L10.69,13.5L8.25,15.94L9.31,17Z";var l5="M21,7L9,19L3.5,13.5L4.91,12.09L9,16.17L19.59,5.59L21,7Z";var Z5="M7.41,8.58L12,13.17L16.59,8.58L18,10L12,16L6,10L7.41,8.58Z";var s5="M19.8 22.6L17.15 20H6.5Q4.2 20 2.6 18.4T1 14.5Q1 12.58 2.19 11.08 3.38 9.57 5.25 9.15 5.33 8.95 5.4 8.76 5.5 8.57 5.55 8.35L1.4 4.2L2.8 2.8L21.2 21.2M6.5 18H15.15L7.1 9.95Q7.05 10.23 7.03 10.5 7 10.73 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M11.13 14M21.6 18.75L20.15 17.35Q20.58 17 20.79 16.54 21 16.08 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 11.33 6 10.7 6.16 10.07 6.33 9.5 6.68L8.05 5.23Q8.93 4.63 9.91 4.31 10.9 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 16.5 22.63 17.31 22.25 18.15 21.6 18.75M14.83 12.03Z";var u5="M12,8A4,4 0 0,1 16,12A4,4 0 0,1 12,16A4,4 0 0,1 8,12A4,4 0 0,1 12,8M12,10A2,2 0 0,0 10,12A2,2 0 0,0 12,14A2,2 0 0,0 14,12A2,2 0 0,0 12,10M10,22C9.75,22 9.54,21.82 9.5,21.58L9.13,18.93C8.5,18.68 7.96,18.34 7.44,17.94L4.95,18.95C4.73,19.03 4.46,18.95 4.34,18.73L2.34,15.27C2.21,15.05 2.27,14.78 2.46,14.63L4.57,12.97L4.5,12L4.57,11L2.46,9.37C2.27,9.22 2.21,8.95 2.34,8.73L4.34,5.27C4.46,5.05 4.73,4.96 4.95,5.05L7.44,6.05C7.96,5.66 8.5,5.32 9.13,5.07L9.5,2.42C9.54,2.18 9.75,2 10,2H14C14.25,2 14.46,2.18 14.5,2.42L14.87,5.07C15.5,5.32 16.04,5.66 16.56,6.05L19.05,5.05C19.27,4.96 19.54,5.05 19.66,5.27L21.66,8.73C21.79,8.95 21.73,9.22 21.54,9.37L19.43,11L19.5,12L19.43,13L21.54,14.63C21.73,14.78 21.79,15.05 21.66,15.27L19.66,18.73C19.54,18.95 19.27,19.04 19.05,18.95L16.56,17.95C16.04,18.34 15.5,18.68 14.87,18.93L14.5,21.58C14.46,21.82 14.25,22 14,22H10M11.25,4L10.88,6.61C9.68,6.86 8.62,7.5 7.85,8.39L5.44,7.35L4.69,8.65L6.8,10.2C6.4,11.37 6.4,12.64 6.8,13.8L4.68,15.36L5.43,16.66L7.86,15.62C8.63,16.5 9.68,17.14 10.87,17.38L11.24,20H12.76L13.13,17.39C14.32,17.14 15.37,16.5 16.14,15.62L18.57,16.66L19.32,15.36L17.2,13.81C17.6,12.64 17.6,11.37 17.2,10.2L19.31,8.65L18.56,7.35L16.15,8.39C15.38,7.5 14.32,6.86 13.12,6.62L12.75,4H11.25Z";var S5="M12 3C7.58 3 4 4.79 4 7V17C4 19.21 7.59 21 12 21S20 19.21 20 17V7C20 4.79 16.42 3 12 3M18 17C18 17.5 15.87 19 12 19S6 17.5 6 17V14.77C7.61 15.55 9.72 16 12 16S16.39 15.55 18 14.77V17M18 12.45C16.7 13.4 14.42 14 12 14C9.58 14 7.3 13.4 6 12.45V9.64C7.47 10.47 9.61 11 12 11C14.39 11 16.53 10.47 18 9.64V12.45M12 9C8.13 9 6 7.5 6 7S8.13 5 12 5C15.87 5 18 6.5 18 7S15.87 9 12 9Z";var d2="M10,19H13V22H10V19M12,2C17.35,2.22 19.68,7.62 16.5,11.67C15.67,12.67 14.33,13.33 13.67,14.17C13,15 13,16 13,17H10C10,15.33 10,13.92 10.67,12.92C11.33,11.92 12.67,11.33 13.5,10.67C15.92,8.43 15.32,5.26 12,5A3,3 0 0,0 9,8H6A6,6 0 0,1 12,2Z";var c5="M17 22V20H20V17H22V20.5C22 20.89 21.84 21.24 21.54 21.54C21.24 21.84 20.89 22 20.5 22H17M7 22H3.5C3.11 22 2.76 21.84 2.46 21.54C2.16 21.24 2 20.89 2 20.5V17H4V20H7V22M17 2H20.5C20.89 2 21.24 2.16 21.54 2.46C21.84 2.76 22 3.11 22 3.5V7H20V4H17V2M7 2V4H4V7H2V3.5C2 3.11 2.16 2.76 2.46 2.46C2.76 2.16 3.11 2 3.5 2H7M10.5 6C13 6 15 8 15 10.5C15 11.38 14.75 12.2 14.31 12.9L17.57 16.16L16.16 17.57L12.9 14.31C12.2 14.75 11.38 15 10.5 15C8 15 6 13 6 10.5C6 8 8 6 10.5 6M10.5 8C9.12 8 8 9.12 8 10.5C8 11.88 9.12 13 10.5 13C11.88 13 13 11.88 13 10.5C13 9.12 11.88 8 10.5 8Z";var h5="M8,5.14V19.14L19,12.14L8,5.14Z";var O5="M3 10H14V12H3V10M3 6H14V8H3V6M3 14H10V16H3V14M16 13V21L22 17L16 13Z";var f5="M14 10H3V12H14V10M14 6H3V8H14V6M3 16H10V14H3V16M14.4 22L17 19.4L19.6 22L21 20.6L18.4 18L21 15.4L19.6 14L17 16.6L14.4 14L13 15.4L15.6 18L13 20.6L14.4 22Z";var g5="M13,2.03V2.05L13,4.05C17.39,4.59 20.5,8.58 19.96,12.97C19.5,16.61 16.64,19.5 13,19.93V21.93C18.5,21.38 22.5,16.5 21.95,11C21.5,6.25 17.73,2.5 13,2.03M11,2.06C9.05,2.25 7.19,3 5.67,4.26L7.1,5.74C8.22,4.84 9.57,4.26 11,4.06V2.06M4.26,5.67C3,7.19 2.25,9.04 2.05,11H4.05C4.24,9.58 4.8,8.23 5.69,7.1L4.26,5.67M2.06,13C2.26,14.96 3.03,16.81 4.27,18.33L5.69,16.9C4.81,15.77 4.24,14.42 4.06,13H2.06M7.1,18.37L5.67,19.74C7.18,21 9.04,21.79 11,22V20C9.58,19.82 8.23,19.25 7.1,18.37M16.82,15.19L12.71,11.08C13.12,10.04 12.89,8.82 12.03,7.97C11.13,7.06 9.78,6.88 8.69,7.38L10.63,9.32L9.28,10.68L7.29,8.73C6.75,9.82 7,11.17 7.88,12.08C8.74,12.94 9.96,13.16 11,12.76L15.11,16.86C15.29,17.05 15.56,17.05 15.74,16.86L16.78,15.83C17,15.65 17,15.33 16.82,15.19Z";var k5="M12,5A2,2 0 0,1 14,7C14,7.24 13.96,7.47 13.88,7.69C17.95,8.5 21,11.91 21,16H3C3,11.91 6.05,8.5 10.12,7.69C10.04,7.47 10,7.24 10,7A2,2 0 0,1 12,5M22,19H2V17H22V19Z",y5="M12,5A2,2 0 0,1 14,7C14,7.24 13.96,7.47 13.88,7.69C17.95,8.5 21,11.91 21,16H3C3,11.91 6.05,8.5 10.12,7.69C10.04,7.47 10,7.24 10,7A2,2 0 0,1 12,5M22,19H2V17H22V19M12,9.5C8.89,9.5 6.25,11.39 5.34,14H18.66C17.75,11.39 15.11,9.5 12,9.5Z";var b5="M23,12H17V10L20.39,6H17V4H23V6L19.62,10H23V12M15,16H9V14L12.39,10H9V8H15V10L11.62,14H15V16M7,20H1V18L4.39,14H1V12H7V14L3.62,18H7V20Z";var B5="M18,18H6V6H18V18Z";var T5="M6,2H18V8H18V8L14,12L18,16V16H18V22H6V16H6V16L10,12L6,8V8H6V2M16,16.5L12,12.5L8,16.5V20H16V16.5M12,11.5L16,7.5V4H8V7.5L12,11.5M10,6H14V6.75L12,8.75L10,6.75V6Z";var l={alert:m5,check:l5,disabled:x5,help:d2,idle:b5,more:Z5,play:h5,queued:T5,running:g5,server:y5,serverActive:k5,startAll:O5,stop:B5,stopAll:f5,unavailable:s5,unknown:d2},w5={database:S5,libraries:n5,analysis:c5,cleanup:v5,other:u5},S=(V,C)=>m`<svg
    class="icon"
    viewBox="0 0 24 24"
    role=${C?"img":"presentation"}
    aria-hidden=${C?"false":"true"}
    aria-label=${C??""}
  >
    ${E2`<path d=${V}></path>`}
  </svg>`;var W1=new Set,$1,$=class{constructor(C){this.host=C;C.addController(this)}hostConnected(){W1.add(this.host),W(this.host),$1??($1=window.setInterval(()=>{W1.forEach(W)},6e4))}hostDisconnected(){W1.delete(this.host),!(W1.size>0)&&(window.clearInterval($1),$1=void 0)}};var M1=V=>V.filter(Boolean).map(C=>m`<span class="part">${C}</span> `),r1=c`
  .text {
    overflow: hidden;
  }
  .state {
    margin-inline-start: -0.6em;
  }
  .part {
    display: inline-block;
    max-width: 100%;
    unicode-bidi: plaintext;
  }
  .part:first-child {
    padding-inline-start: 0.6em;
  }
  .part:first-child::first-letter {
    text-transform: uppercase;
  }
  .part + .part::before {
    content: "·";
    content: "·" / "";
    display: inline-block;
    width: 0.6em;
  }
`;var T=c`
  .icon {
    display: block;
    flex: none;
    width: 24px;
    height: 24px;
    fill: currentColor;
  }
  .shape {
    --shape-color: var(--secondary-text-color);
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    width: 36px;
    height: 36px;
    border-radius: var(--ha-border-radius-pill, 18px);
    color: var(--shape-color);
  }
  .shape::before {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: inherit;
    background-color: var(--shape-color);
    opacity: 0.15;
  }
  .shape.running,
  .shape.queued {
    --shape-color: var(--primary-color);
  }
  .shape.disabled::before {
    background: none;
    border: 1px dashed var(--shape-color);
    opacity: 0.6;
  }
`,I=c`
  button {
    margin: 0;
    padding: 0;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
    text-align: start;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: -2px;
  }
  button:disabled {
    cursor: default;
  }
  .icon-button {
    display: grid;
    flex: none;
    place-items: center;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    color: var(--secondary-text-color);
    transition: background-color 180ms ease-in-out;
  }
  .icon-button:hover:enabled {
    background-color: color-mix(in srgb, currentColor 12%, transparent);
  }
  .icon-button:disabled,
  button[aria-busy="true"] {
    opacity: 0.4;
  }
  .text-button {
    min-height: 40px;
    padding: 0 12px;
    border-radius: var(--ha-border-radius-pill, 20px);
    color: var(--primary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
    background-color: color-mix(in srgb, currentColor 8%, transparent);
  }
  .text-button:hover:enabled {
    background-color: color-mix(in srgb, currentColor 14%, transparent);
  }
`;var P5={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},R5=V=>(...C)=>({_$litDirective$:V,values:C}),I1=class{constructor(C){}get _$AU(){return this._$AM._$AU}_$AT(C,H,L){this._$Ct=C,this._$AM=H,this._$Ci=L}_$AS(C,H){return this.update(C,H)}update(C,H){return this.render(...H)}};var{I:j3}=N2,F5=V=>V;var E5=()=>document.createComment(""),e1=(V,C,H)=>{let L=V._$AA.parentNode,M=C===void 0?V._$AB:C._$AA;if(H===void 0){let r=L.insertBefore(E5(),M),e=L.insertBefore(E5(),M);H=new j3(r,e,V,V.options)}else{let r=H._$AB.nextSibling,e=H._$AM,i=e!==V;if(i){let t;H._$AQ?.(V),H._$AM=V,H._$AP!==void 0&&(t=V._$AU)!==e._$AU&&H._$AP(t)}if(r!==M||i){let t=H._$AA;for(;t!==r;){let p=F5(t).nextSibling;F5(L).insertBefore(t,M),t=p}}}return H},U=(V,C,H=V)=>(V._$AI(C,H),V),Y3={},D5=(V,C=Y3)=>V._$AH=C,_5=V=>V._$AH,U1=V=>{V._$AR(),V._$AA.remove()};var N5=(V,C,H)=>{let L=new Map;for(let M=C;M<=H;M++)L.set(V[M],M);return L},W5=R5(class extends I1{constructor(V){if(super(V),V.type!==P5.CHILD)throw Error("repeat() can only be used in text expressions")}dt(V,C,H){let L;H===void 0?H=C:C!==void 0&&(L=C);let M=[],r=[],e=0;for(let i of V)M[e]=L?L(i,e):e,r[e]=H(i,e),e++;return{values:r,keys:M}}render(V,C,H){return this.dt(V,C,H).values}update(V,[C,H,L]){let M=_5(V),{values:r,keys:e}=this.dt(C,H,L);if(!Array.isArray(M))return this.ut=e,r;let i=this.ut??(this.ut=[]),t=[],p,n,a=0,v=M.length-1,x=0,u=r.length-1;for(;a<=v&&x<=u;)if(M[a]===null)a++;else if(M[v]===null)v--;else if(i[a]===e[x])t[x]=U(M[a],r[x]),a++,x++;else if(i[v]===e[u])t[u]=U(M[v],r[u]),v--,u--;else if(i[a]===e[u])t[u]=U(M[a],r[u]),e1(V,t[u+1],M[a]),a++,u--;else if(i[v]===e[x])t[x]=U(M[v],r[x]),e1(V,M[a],M[v]),v--,x++;else if(p===void 0&&(p=N5(e,x,u),n=N5(i,a,v)),p.has(i[a]))if(p.has(i[v])){let P=n.get(e[x]),Y1=P!==void 0?M[P]:null;if(Y1===null){let S2=e1(V,M[a]);U(S2,r[x]),t[x]=S2}else t[x]=U(Y1,r[x]),e1(V,M[a],Y1),M[P]=null;x++}else U1(M[v]),v--;else U1(M[a]),a++;for(;x<=u;){let P=e1(V,t[u+1]);U(P,r[x]),t[x++]=P}for(;a<=v;){let P=M[a++];P!==null&&U1(P)}return this.ut=e,D5(V,t),E}});var G1=(V,C,H)=>W5(C,L=>L.id,L=>m`<plex-butler-task-row
        role="listitem"
        .hass=${V}
        .task=${L}
        .isAway=${H(L)}
      ></plex-butler-task-row>`);var t1=c`
  :host {
    display: block;
    min-width: 0;
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-condensed, 1.2);
  }
  [hidden] {
    display: none;
  }
  .row {
    display: flex;
    align-items: flex-start;
    padding-inline-end: 8px;
  }
  .summary {
    display: flex;
    flex: 1;
    align-items: flex-start;
    gap: 10px;
    box-sizing: border-box;
    min-width: 0;
    min-height: 56px;
    padding-block: 10px;
    padding-inline: 10px 4px;
    border-radius: var(
      --ha-card-border-radius,
      var(--ha-border-radius-lg, 12px)
    );
  }
  .summary:hover {
    background-color: color-mix(
      in srgb,
      var(--primary-text-color) 4%,
      transparent
    );
  }
  .text {
    display: block;
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .name {
    display: block;
    color: var(--primary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.43;
    letter-spacing: 0.1px;
  }
  .state {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    line-height: 1.33;
    letter-spacing: 0.4px;
  }
  .unavailable .name {
    color: var(--secondary-text-color);
  }
  .icon-button {
    margin-block-start: 8px;
  }
  .running .icon-button,
  .queued .icon-button {
    color: var(--primary-text-color);
  }
  .shape.running::before {
    animation: pulse 2s ease-in-out infinite;
  }
  .progress {
    height: 4px;
    /* Within the row, so that those below it do not move. */
    margin-block: -9px 5px;
    margin-inline: 56px 12px;
    overflow: hidden;
    border-radius: 2px;
    background-color: color-mix(in srgb, var(--primary-color) 20%, transparent);
  }
  .progress > div {
    height: 100%;
    border-radius: 2px;
    background-color: var(--primary-color);
    transition: inline-size 500ms ease-in-out;
  }
  .progress.unknown > div {
    inline-size: 30%;
    animation: slide 2s ease-in-out infinite alternate;
  }
  #details {
    padding-block: 0 12px;
    padding-inline: 56px 16px;
    color: var(--secondary-text-color);
    line-height: 1.43;
    overflow-wrap: anywhere;
  }
  p {
    margin-block: 0 8px;
  }
  dl {
    display: grid;
    gap: 4px;
    margin-block: 0 8px;
  }
  dl > div {
    display: flex;
    flex-wrap: wrap;
    column-gap: 12px;
    justify-content: space-between;
  }
  dd {
    margin: 0;
    color: var(--primary-text-color);
  }
  @keyframes pulse {
    50% {
      opacity: 0.4;
    }
  }
  @keyframes slide {
    from {
      margin-inline-start: 0;
    }
    to {
      margin-inline-start: 70%;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before {
      animation: none !important;
      transition: none !important;
    }
    .progress.unknown > div {
      inline-size: 100%;
      opacity: 0.5;
    }
  }
`;var $5=c`
  ha-card {
    overflow: hidden;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 10px;
    padding: 10px;
  }
  .head .text {
    flex: 1 1 220px;
  }
  h2 {
    margin: 0;
    color: var(--primary-text-color);
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .text-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    box-sizing: border-box;
    padding-inline: 12px 16px;
  }
  .text-button .icon {
    width: 20px;
    height: 20px;
  }
  .text-button:disabled {
    opacity: 0.4;
  }
  .now {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
    /* That of the sections below, so that the tasks stand above theirs. */
    column-gap: var(--ha-view-sections-column-gap, 32px);
    align-items: start;
    padding-block-end: 4px;
    border-top: 1px solid var(--divider-color);
  }
  .rest {
    grid-column: 1 / -1;
    gap: 10px;
    box-sizing: border-box;
    min-height: 56px;
    padding: 10px;
  }
  .empty {
    display: grid;
    gap: 8px;
    justify-items: center;
    padding: 32px 16px;
    text-align: center;
  }
  .empty p {
    color: var(--secondary-text-color);
    line-height: 1.43;
  }
  .empty a {
    padding-inline: 16px;
    text-decoration: none;
  }
  @media (max-width: 600px) {
    .buttons {
      width: 100%;
    }
    .buttons .text-button {
      flex: 1;
    }
  }
`;var X3=[[31536e3,"year"],[2592e3,"month"],[604800,"week"],[86400,"day"],[3600,"hour"],[60,"minute"]],Q1=({locale:V},C,H=new Date)=>{let L=Math.min((C.getTime()-H.getTime())/1e3,0),M=X3.find(([e])=>Math.abs(L)>=e),r=new Intl.RelativeTimeFormat(V.language,{numeric:M?"always":"auto"});return M?r.format(Math.trunc(L/M[0]),M[1]):r.format(0,"second")},J3=V=>{if(Math.round(V)<60)return[[Math.round(V),"second"]];let C=Math.round(V/60);return C<60?[[C,"minute"]]:[[Math.floor(C/60),"hour"],[C%60,"minute"]]},z1=({locale:V},C)=>{let L=J3(C).filter(([r],e)=>e===0||r).map(([r,e])=>new Intl.NumberFormat(V.language,{style:"unit",unit:e,unitDisplay:"short"}).format(r));return new Intl.ListFormat(V.language,{type:"unit",style:"narrow"}).format(L)},I5=({locale:V},C)=>new Intl.NumberFormat(V.language,{style:"percent",maximumFractionDigits:0}).format(Math.floor(C)/100),C0=({language:V,time_format:C})=>{if(C==="12"||C==="24")return C==="12";let H=C==="language"?V:void 0,{hourCycle:L}=new Intl.DateTimeFormat(H,{hour:"numeric"}).resolvedOptions();return L==="h11"||L==="h12"},p2=({locale:V})=>C0(V)?{hour:"numeric",minute:"2-digit",hourCycle:"h12"}:{hour:"2-digit",minute:"2-digit",hourCycle:"h23"},K1=({locale:V,config:C})=>V.time_zone==="server"?{timeZone:C.time_zone}:{},H0=(V,C)=>new Intl.DateTimeFormat(V.locale.language,{...p2(V),...K1(V)}).format(C),m2=(V,C,H=new Date)=>{let L=Math.abs(C.getTime()-H.getTime())<5184e5;return new Intl.DateTimeFormat(V.locale.language,{...L?{weekday:"short"}:{month:"short",day:"numeric"},...p2(V),...K1(V)}).format(C)},s1=(V,C)=>new Intl.DateTimeFormat("en",{dateStyle:"short",...K1(V)}).format(C),y=(V,C,H=new Date)=>s1(V,C)===s1(V,H)?H0(V,C):m2(V,C,H),U5=(V,C,H,L=new Date)=>{let M=s1(V,C);if(M!==s1(V,H))return[C,H].map(e=>y(V,e,L)).join(" – ");let r=M===s1(V,L);return new Intl.DateTimeFormat(V.locale.language,{...r?{}:{weekday:"short"},...p2(V),...K1(V)}).formatRange(C,H)};var G5=6e4,Q5=(V,C)=>{let H=new Intl.DateTimeFormat("en-US",{timeZone:C,hourCycle:"h23",year:"numeric",month:"2-digit",day:"2-digit",hour:"2-digit",minute:"2-digit"}).formatToParts(V),L=r=>Number(H.find(e=>e.type===r)?.value);return Date.UTC(L("year"),L("month")-1,L("day"),L("hour"),L("minute"))-Math.floor(V.getTime()/G5)*G5},V0=(V,C)=>{if(typeof V!="string")return;let H=new Date(`${V.replace(" ","T")}Z`).getTime();if(Number.isNaN(H))return;let L=new Date(H-Q5(new Date(H),C));return new Date(H-Q5(L,C))},z5=(V,C)=>{let H=s(V,C,"maintenance"),L=V0(H?.attributes.end_time,V.config.time_zone);if(H?.state==="on"&&L)return o("window_open",{time:y(V,L)});let M=J(s(V,C,"next_window"));return M?o("next_window",{time:y(V,M)}):o("window_unknown")};var K5=(V,C,H,L)=>{let M=[H>0?o("running_count",{count:H}):void 0,L>0?o("queued_count",{count:L}):void 0,z5(V,C)];return M1(M)},q5=(V,C)=>{let H=C.tasks.flatMap(r=>{let e=B(V,r).lastRun;return e?[{title:r.title,at:e.at}]:[]}),[L]=H.sort((r,e)=>e.at.getTime()-r.at.getTime());if(!L)return d;let M=Q1(V,L.at);return o("last_run",{task:L.title,time:M})};var i1=(V,C)=>{let H=k(V),L=C?.server;return L?H.find(M=>M.id===L):H[0]},q1=V=>k(V).length>0?"server_missing":"no_servers";var n2="custom:plex-butler-header-card",L0="/config/integrations/dashboard/add?domain=plex_butler",j5="component.plex_butler.entity.button",M0="component.plex_butler.entity.binary_sensor.running.name",G=class extends h{constructor(){super();this.isBusy=!1;new g(this),new $(this)}static getConfigForm(){return N1()}setConfig(H){this.config=H}getCardSize(){return 3}getGridOptions(){return{columns:"full",min_columns:6}}shouldUpdate(H){let L=this.hass&&i1(this.hass,this.config);if(H.size!==1||!H.has("hass")||!L)return!0;let M=[L,...L.tasks].flatMap(r=>Object.values(r.entities));return b(H.get("hass"),this.hass,M)}render(){let{hass:H}=this;if(!H)return d;let L=i1(H,this.config);return m`<ha-card>
      ${L?this.renderServer(H,L):this.renderEmpty(H)}
    </ha-card>`}renderServer(H,L){let M=a=>L.tasks.filter(v=>B(H,v).status===a),[r,e]=[M("running"),M("queued")],i=F1(H,L),t=[...r,...e],p=t.length>0||s(H,L,"running")?.state==="on",n=i?"unavailable":p?"running":"idle";return m`
      <div class="head">
        <span class="shape ${n}">
          ${S(p?l.serverActive:l.server)}
        </span>
        <span class="text">
          <h2>${L.title}</h2>
          <span class="state" role="status">
            ${i?d:K5(H,L,r.length,e.length)}
          </span>
        </span>
        ${this.renderButtons(H,L,i,p)}
      </div>
      ${t.length>0?this.renderTasks(H,t):this.renderRest(H,L,n)}
    `}renderButtons(H,L,M,r){return m`<div class="buttons">
      <button
        class="text-button"
        ?disabled=${M||this.isBusy}
        @click=${()=>this.press(H,L,d5)}
      >
        ${S(l.startAll)}${H.localize(`${j5}.start_all_tasks.name`)}
      </button>
      <button
        class="text-button"
        ?disabled=${M||this.isBusy||!r}
        @click=${()=>this.press(H,L,p5)}
      >
        ${S(l.stopAll)}${H.localize(`${j5}.stop_all_tasks.name`)}
      </button>
    </div>`}async press(H,L,M){this.isBusy=!0,await M(this,H,L),this.isBusy=!1}renderTasks(H,L){return m`<div
      class="now"
      role="list"
      aria-label=${o("section_active")}
    >
      ${G1(H,L,()=>!1)}
    </div>`}renderRest(H,L,M){let r={unavailable:()=>o("server_unavailable",{server:L.title}),running:()=>H.localize(M0),idle:()=>o("nothing_running")}[M]();return m`<div class="now">
      <div class="row rest">
        <span class="shape ${M}">${S(l[M])}</span>
        <span class="text">
          <span class="name">${r}</span>
          <span class="state"
            >${M==="idle"?q5(H,L):d}</span
          >
        </span>
      </div>
    </div>`}renderEmpty(H){let L=q1(H);return m`<div class="empty">
      <span class="shape">${S(l.server)}</span>
      <h2>${o(L)}</h2>
      ${L==="no_servers"?this.renderFirstStep(H):d}
    </div>`}renderFirstStep(H){return m`<p>${o("no_servers_help")}</p>
      ${H.user?.is_admin?m`<a class="text-button" href=${L0}
              >${o("add_server")}</a
            >`:d}`}};G.styles=[T,I,t1,r1,$5],Z([O({attribute:!1})],G.prototype,"hass",2),Z([f()],G.prototype,"config",2),Z([f()],G.prototype,"isBusy",2);var r0=["finished","stopped","unconfirmed"],Y5=V=>{let C=new Date(V??NaN);return Number.isNaN(C.getTime())?void 0:C},v2=({started:V,ended:C})=>(C??V??new Date(0)).getTime(),e0=V=>{let C=r0.find(M=>M===V.outcome),[H,L]=[Y5(V.started),Y5(V.ended)];return!C||!(H??L)?[]:[{title:V.title,started:H,ended:L,duration:V.duration??void 0,outcome:C,by:V.by==="home_assistant"?"home_assistant":"server"}]},t0=V=>V.flatMap(e0).sort((C,H)=>v2(H)-v2(C)),X5=(V,C=new Date)=>V.filter(H=>C.getTime()-v2(H)<864e5),J5=async(V,C)=>{let{response:H}=await V.callService("plex_butler","get_runs",{config_entry_id:C.configEntryId},{},!1,!0);return t0(H?.runs??[])},C3=(V,C)=>{let H=C.tasks.flatMap(({entities:L})=>["run","status","last_started","last_finished"].map(M=>{let r=L[M];return r&&V.states[r]?.state}));return JSON.stringify([C.configEntryId,H])};var V3="custom:plex-butler-runs-card",H3=6,i0={finished:l.check,stopped:l.stop,unconfirmed:l.help},L3="component.plex_butler.entity.event.run.state_attributes.event_type.state",o0=(V,{started:C,ended:H})=>{if(C&&H)return U5(V,C,H);if(H)return y(V,H);if(C)return`${V.localize(`${L3}.started`)} ${y(V,C)}`},w=class extends h{constructor(){super();this.hasFailed=!1;this.isOpen=!1;this.isLoading=!1;new g(this),new $(this)}static getConfigForm(){return N1()}setConfig(H){this.config=H}getCardSize(){return H3}getGridOptions(){return{columns:12,min_columns:6}}shouldUpdate(H){return this.load(),H.size!==1||!H.has("hass")?!0:b(H.get("hass"),this.hass,[])}async load(){if(!this.isLoading){for(this.isLoading=!0;;){let{hass:H}=this,L=H?.connected?i1(H,this.config):void 0,M=H&&L&&C3(H,L),r=M===this.loadedKey;if(this.loadedKey=M,!H||!L||r)break;try{this.runs=await J5(H,L),this.hasFailed=!1}catch{this.hasFailed=!0}}this.isLoading=!1}}render(){return this.hass?m`<ha-card>${this.renderContent(this.hass)}</ha-card>`:d}renderContent(H){if(!i1(H,this.config))return this.renderNote(q1(H));if(this.hasFailed)return this.renderNote("runs_failed");if(!this.runs)return this.renderNote("runs_loading");let L=X5(this.runs);if(L.length===0)return this.renderNote("no_runs");let M=this.isOpen?L:L.slice(0,H3),r=L.length-M.length;return m`<div role="list">
        ${M.map(e=>this.renderRun(H,e))}
      </div>
      ${r>0?m`<button class="more" @click=${()=>this.isOpen=!0}>
              ${S(l.more)}${o("runs_more",{count:r})}
            </button>`:d}`}renderRun(H,L){let{by:M,duration:r,outcome:e}=L,i=[e==="unconfirmed"?o("run_unconfirmed"):H.localize(`${L3}.${e}`),o0(H,L),r===void 0?void 0:z1(H,r),M==="home_assistant"?o("by_home_assistant"):void 0];return m`<div class="row" role="listitem">
      <span class="shape ${L.outcome}">
        ${S(i0[L.outcome])}
      </span>
      <span class="text">
        <span class="name">${L.title}</span>
        <span class="state">${M1(i)}</span>
      </span>
    </div>`}renderNote(H){return m`<div class="row">
      <span class="shape">${S(H==="no_runs"||H==="runs_loading"?l.idle:l.alert)}</span>
      <span class="text state">${o(H)}</span>
    </div>`}};w.styles=[T,I,t1,r1,c`
      ha-card {
        overflow: hidden;
      }
      .row {
        gap: 10px;
        min-height: 56px;
        padding-block: 10px;
        padding-inline: 10px 16px;
        box-sizing: border-box;
      }
      .shape.finished {
        --shape-color: color-mix(
          in srgb,
          var(--success-color, #43a047) 80%,
          var(--primary-text-color)
        );
      }
      .shape.stopped {
        --shape-color: color-mix(
          in srgb,
          var(--warning-color, #ffa600) 70%,
          var(--primary-text-color)
        );
      }
      .more {
        display: flex;
        align-items: center;
        gap: 16px;
        box-sizing: border-box;
        width: 100%;
        min-height: 48px;
        padding-inline: 16px;
        color: var(--primary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .more:hover {
        background-color: color-mix(
          in srgb,
          var(--primary-text-color) 4%,
          transparent
        );
      }
    `],Z([O({attribute:!1})],w.prototype,"hass",2),Z([f()],w.prototype,"config",2),Z([f()],w.prototype,"runs",2),Z([f()],w.prototype,"hasFailed",2),Z([f()],w.prototype,"isOpen",2);var u1="custom:plex-butler-card",Q=class extends h{constructor(){super();this.preview=!1;this.connectedWhileHidden=!0;new g(this)}static getConfigForm(){return r5()}static getStubConfig(H){let[L,M]=k(H);return L&&M?{server:L.id}:{}}setConfig(H){this.config=D1(H)}getCardSize(){return(this.selection?.tasks.length??1)+(this.config?.title?1:0)}getGridOptions(){return{columns:12,min_columns:6}}shouldUpdate(H){if(H.size!==1||!H.has("hass")||!this.selection)return!0;let{servers:L}=this.selection,r=L.flatMap(e=>[e,...e.tasks]).flatMap(e=>Object.values(e.entities));return b(H.get("hass"),this.hass,r)}willUpdate(){if(!this.hass||!this.config)return;this.selection=C5(this.hass,this.config);let{tasks:H,missing:L,problem:M}=this.selection,r=!!(this.config.kinds?.length||this.config.only),e=H.length===0&&L.length===0&&!M,i=r&&e&&!this.preview;i!==this.hidden&&(this.hidden=i,L1(this,"card-visibility-changed",{value:!i}))}render(){let{hass:H,config:L,selection:M}=this;if(!H||!L||!M)return d;let{servers:r,tasks:e,missing:i,problem:t}=M,p=e.length===0&&i.length===0,n=r.filter(v=>F1(H,v)),a=L.notice===!1?[]:n;return m`<ha-card
      class=${L.title?"titled":""}
      .header=${L.title||void 0}
    >
      ${t?this.renderNote(o(t)):d}
      ${a.map(({title:v})=>this.renderNote(o("server_unavailable",{server:v})))}
      ${p&&!t?this.renderNote(o("no_tasks")):d}
      ${p?d:this.renderTasks(H,M,n)}
    </ha-card>`}renderTasks(H,{tasks:L,missing:M},r){return m`<div class="tasks" role="list">
      ${G1(H,L,e=>r.some(i=>i.tasks.includes(e)))}
      ${M.map(()=>m`<div role="listitem">
            ${this.renderNote(`${o("task_missing")}. ${o("task_missing_help")}`)}
          </div>`)}
    </div>`}renderNote(H){return m`<div class="note">
      <span class="shape unavailable">${S(l.alert)}</span>${H}
    </div>`}};Q.styles=[T,c`
      :host([hidden]) {
        display: none;
      }
      ha-card {
        box-sizing: border-box;
        height: 100%;
        overflow: hidden;
      }
      .titled > :first-child {
        margin-block-start: -8px;
      }
      .tasks {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
        align-items: start;
        padding-block-end: 4px;
      }
      .titled .tasks {
        padding-inline: 6px;
      }
      .note {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 10px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-m, 14px);
        line-height: 1.43;
      }
    `],Z([O({attribute:!1})],Q.prototype,"hass",2),Z([O({attribute:!1})],Q.prototype,"preview",2),Z([f()],Q.prototype,"config",2);var A0=[["database","libraries","cleanup"],["analysis","other"]],M3=V=>({type:"heading",heading:V,heading_style:"title"}),a0=(V,C)=>V.tasks.some(L=>L.kind===C&&!L.isHidden)?[M3(o(`kind_${C}`)),{type:u1,server:V.id,kinds:[C],notice:!1}]:[],d0=(V,C)=>{let H=A0.map(e=>e.flatMap(i=>a0(V,i))).filter(e=>e.length>0),L=[M3(o("section_runs")),{type:V3,server:V.id}],M=[...H,L],r=[{type:n2,server:V.id}];return{type:"sections",...C?{}:{title:V.title,path:V.id},max_columns:M.length,sections:[{type:"grid",column_span:M.length,cards:r},...M.map(e=>({type:"grid",cards:e}))]}},p0=()=>({type:"sections",max_columns:1,sections:[{type:"grid",cards:[{type:n2}]}]}),r3=V=>V.length===0?[p0()]:V.map(C=>d0(C,V.length===1));var x2="Plex Butler",m0=["devices","entities","language"],S1=class extends HTMLElement{static async generate(C,H){return await X(),{title:x2,views:r3(k(H))}}static shouldRegenerate(C,H,L){return m0.some(M=>H[M]!==L[M])}static getCreateSuggestions(){return{title:x2,icon:"mdi:room-service"}}};S1.noEditor=!0;var e3={type:"plex-butler",strategyType:"dashboard",name:x2,get description(){return o("dashboard_description")},documentationURL:"https://github.com/plex-butler/plex-butler"};var o1=class{constructor(C){this.host=C;this.isBusy=!1}async press(C,H,L,M){if(C.stopPropagation(),this.isBusy||C.detail>1)return;this.isBusy=!0,W(this.host),await(D(M)?A5:o5)(this.host,H,L),this.isBusy=!1,W(this.host)}ignoreRepeated(C){C.repeat&&C.key==="Enter"&&C.preventDefault()}};var l2="custom:plex-butler-task-feature",t3=(V,C)=>{let H=C.entity_id&&P1(V,C.entity_id)?.task;return H&&H.entities.status===C.entity_id?H:void 0},i3=(V,C)=>t3(V,C)!==void 0,C1=class extends h{constructor(){super();this.button=new o1(this);new g(this)}static getStubConfig(){return{type:l2}}setConfig(){}shouldUpdate(H){return H.size!==1||!H.has("hass")||!this.hass?!0:b(H.get("hass"),this.hass,[this.context?.entity_id])}render(){let{hass:H,context:L}=this,M=H&&L&&t3(H,L);if(!M)return d;let{status:r}=B(H,M),e=D(r)?"stop":"start";return m`<button
      class=${r}
      aria-label=${o(`${e}_task`,{task:M.title})}
      aria-busy=${this.button.isBusy}
      ?disabled=${r==="unavailable"}
      @click=${i=>this.button.press(i,H,M,r)}
      @keydown=${this.button.ignoreRepeated}
    >
      ${S(D(r)?l.stop:l.play)}
      ${H.localize(`component.plex_butler.entity.button.${e}.name`)}
    </button>`}};C1.styles=[T,I,c`
      button {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        box-sizing: border-box;
        width: 100%;
        min-height: var(--feature-height, 42px);
        padding-inline: 8px;
        border-radius: var(--feature-border-radius, 12px);
        background-color: color-mix(
          in srgb,
          var(--disabled-color) 20%,
          transparent
        );
        color: var(--primary-text-color);
        font-size: var(--ha-font-size-m, 14px);
        font-weight: var(--ha-font-weight-medium, 500);
        overflow-wrap: anywhere;
      }
      button:hover:enabled {
        background-color: color-mix(
          in srgb,
          var(--disabled-color) 35%,
          transparent
        );
      }
      button:disabled {
        color: var(--disabled-text-color);
      }
      .icon {
        width: 20px;
        height: 20px;
      }
    `],Z([O({attribute:!1})],C1.prototype,"hass",2),Z([O({attribute:!1})],C1.prototype,"context",2);var o3=(V,C)=>{let H=q2(V,C);if(H){let M={type:u1,server:H.id};return[{label:o("suggestion_server"),config:M}]}let L=P1(V,C)?.task;return L?.entities.status!==C?null:[{label:o("suggestion_task"),config:{type:u1,tasks:[L.id]}},{label:o("suggestion_tile"),config:{type:"tile",entity:C,features:[{type:l2}]}}]};var n0=168*3600,v0=(V,C,{lastRun:H,isRecorded:L})=>{if(!H)return L?[o("run_never")]:[];let M=Q1(V,H.at),r=s(V,C,"run");return H.outcome==="unconfirmed"?[M,o("run_unconfirmed")]:H.outcome==="finished"||!r?[M]:[V.formatEntityAttributeValue(r,"event_type"),M]},x0=(V,C)=>{let H=C?.duration;if(!(H===void 0||H<0||H>n0))return z1(V,H)},A3=V=>V.toLowerCase().replace(/[^\p{L}\p{N}]/gu,""),Z2=(V,{detail:C})=>[V.title,V.name.replace(/^ButlerTask/,"")].map(A3).includes(A3(C??""))?void 0:C,l0=(V,C,H)=>[H.progress===void 0?void 0:I5(V,H.progress),H.stalledSince?o("stalled_since",{time:y(V,H.stalledSince)}):Z2(C,H)],j1=(V,C,H)=>[...v0(V,C,H),x0(V,H.lastRun),H.status==="idle"&&H.intervalDays!==void 0?o("every_days",{count:H.intervalDays}):void 0],s2=(V,C)=>{let H=s(V,C,"status");if(H)return V.formatEntityState(H);let L=C.entities.status===void 0;return V.localize(`state.default.${L?"unknown":"unavailable"}`)},a3=(V,C,H)=>{let L=s2(V,C),r={running:()=>[L,...l0(V,C,H)],queued:()=>[L],idle:()=>j1(V,C,H),disabled:()=>[L,...j1(V,C,H)],unavailable:()=>[L,...j1(V,C,H)],unknown:()=>j1(V,C,H)}[H.status]().filter(e=>e!==void 0);return r.length>0?r:[L]};var Z0=["last_started","last_finished"],d3=(V,C,H)=>[V.formatEntityAttributeName(C,H),V.formatEntityAttributeValue(C,H)],s0=(V,C)=>{let H=[s(V,C,"status"),s(V,C,"run")].find(L=>L?.attributes.evidence);return H&&d3(V,H,"evidence")},u0=(V,C)=>Z0.flatMap(H=>{let L=J(s(V,C,H));return L?[[V.localize(`component.plex_butler.entity.sensor.${H}.name`),m2(V,L)]]:[]}),S0=(V,C)=>{let H=s(V,C,"schedule");return!H||R1(H)?void 0:[V.localize("component.plex_butler.entity.select.schedule.name"),V.formatEntityState(H)]},c0=(V,C,H)=>{let L=s(V,C,"status");return[L&&Z2(C,H)?d3(V,L,"detail"):void 0,...u0(V,C),s0(V,C),S0(V,C)].filter(M=>M!==void 0)},h0=(V,C)=>[C.stalledSince&&o("stalled_since",{time:y(V,C.stalledSince)}),C.isRandomized&&o("random_start"),!C.isObserved&&o("not_observed")].filter(H=>typeof H=="string"),O0=(V,C)=>L1(V.currentTarget,"hass-more-info",{entityId:C}),p3=(V,C,H)=>{let L=s(V,C,"status")?.entity_id;return m`
    ${H.description?m`<p>${H.description}</p>`:d}
    <dl>
      ${c0(V,C,H).map(([M,r])=>m`<div>
            <dt>${M}</dt>
            <dd>${r}</dd>
          </div>`)}
    </dl>
    ${h0(V,H).map(M=>m`<p class="note">${M}</p>`)}
    ${L===void 0?d:m`<button
            class="text-button"
            @click=${M=>O0(M,L)}
          >
            ${o("more_info")}
          </button>`}
  `};var _=class extends h{constructor(){super();this.isAway=!1;this.isOpen=!1;this.button=new o1(this);new g(this),new $(this)}shouldUpdate(H){return H.size!==1||!H.has("hass")?!0:b(H.get("hass"),this.hass,Object.values(this.task.entities))}render(){let H=B(this.hass,this.task);return m`
      <div class="row ${H.status}">
        ${this.renderSummary(H)} ${this.renderButton(H)}
      </div>
      ${H.status==="running"?this.renderProgress(H):d}
      <div id="details" ?hidden=${!this.isOpen}>
        ${this.isOpen?p3(this.hass,this.task,H):d}
      </div>
    `}renderSummary(H){let[L,M]=[s2(this.hass,this.task),this.parts(H)],r=H.status==="idle"?w5[this.task.kind]:l[H.status],e=M.includes(L)?void 0:L;return m`<button
      class="summary"
      aria-expanded=${this.isOpen}
      aria-controls="details"
      @click=${()=>this.isOpen=!this.isOpen}
    >
      <span class="shape ${H.status}">${S(r,e)}</span>
      <span class="text">
        <span class="name">${this.task.title}</span>
        <span class="state">${M1(M)}</span>
      </span>
    </button>`}parts(H){let L=a3(this.hass,this.task,H);return this.isAway&&H.status==="unavailable"&&L.length>1?L.slice(1):L}renderButton(H){let L=D(H.status),M=o(L?"stop_task":"start_task",{task:this.task.title});return m`<button
      class="icon-button"
      aria-label=${M}
      title=${M}
      aria-busy=${this.button.isBusy}
      ?disabled=${H.status==="unavailable"}
      @click=${r=>this.button.press(r,this.hass,this.task,H.status)}
      @keydown=${this.button.ignoreRepeated}
    >
      ${S(L?l.stop:l.play)}
    </button>`}renderProgress({progress:H}){return m`<div
      class="progress ${H===void 0?"unknown":""}"
      role="progressbar"
      aria-label=${o("progress_of",{task:this.task.title})}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${H===void 0?d:Math.floor(H)}
    >
      <div
        style=${H===void 0?d:`inline-size: ${H}%`}
      ></div>
    </div>`}};_.styles=[T,I,t1,r1],Z([O({attribute:!1})],_.prototype,"hass",2),Z([O({attribute:!1})],_.prototype,"task",2),Z([O({attribute:!1})],_.prototype,"isAway",2),Z([f()],_.prototype,"isOpen",2);var f0={"ll-strategy-dashboard-plex-butler":S1,"plex-butler-card":Q,"plex-butler-header-card":G,"plex-butler-runs-card":w,"plex-butler-task-feature":C1,"plex-butler-task-row":_},u2=(V,C)=>{let H=window;(H[V]??(H[V]=[])).push(C)},g0=()=>{u2("customCards",{type:"plex-butler-card",preview:!0,get name(){return o("card_name")},get description(){return o("card_description")},getEntitySuggestion:o3}),u2("customCardFeatures",{type:"plex-butler-task-feature",get name(){return o("feature_name")},isSupported:i3}),u2("customStrategies",e3)},k0=()=>{if(!customElements.get("plex-butler-card")){G2();for(let[V,C]of Object.entries(f0))customElements.define(V,C);g0()}};customElements.whenDefined("home-assistant").then(k0);
