package verdict

import "cmppdump/dissect/lang"

// The states of logins and connections in words.
var (
	stateLoggedIn   = lang.Text{"logged_in", "登录成功"}
	stateAnswered   = lang.Text{"answered", "已应答"}
	stateRefused    = lang.Text{"login_refused", "登录被拒绝"}
	stateStalled    = lang.Text{"stalled", "停滞"}
	stateTerminated = lang.Text{"terminated", "正常结束"}
	stateOpen       = lang.Text{"open", "仍打开"}
	stateFin        = lang.Text{"fin", "已关闭"}
	stateMissed     = lang.Text{"heartbeat_missed", "心跳无应答"}
	stateReset      = lang.Text{"rst", "被复位"}
	stateReuse      = lang.Text{"reuse", "端口被重用"}
	stateEvicted    = lang.Text{"evicted", "已不再跟踪"}
)

// Who is meant.
var (
	sayClient  = lang.Text{"client", "客户端"}
	sayServer  = lang.Text{"server", "服务端"}
	sayThe     = lang.Text{"the %s", "%s"}
	sayTheSP   = lang.Text{"the SP (%s)", "SP（%s）"}
	sayTheISMG = lang.Text{"the ISMG (%s)", "网关（%s）"}
	sayBoth    = lang.Text{"both sides", "双方"}
)

// What the verdicts on logins say.
var (
	sayRefused       = lang.Text{"the login was refused after %s, %s %d %s.", "登录在 %s 后被拒绝，%s %d %s。"}
	sayNeverIn       = lang.Text{"the login was refused after %s, %s %d %s; ", "登录在 %s 后被拒绝，%s %d %s；"}
	sayLoggedIn      = lang.Text{"the login was accepted after %s", "登录在 %s 后被接受"}
	sayInVersion     = lang.Text{", in version %s", "，版本 %s"}
	saySemicolon     = lang.Text{"; ", "；"}
	sayLoginCut      = lang.Text{"the login was answered after %s, but the answer was cut before its Status (truncated): whether it was accepted is not known; ", "登录在 %s 后得到应答，但应答在 Status 之前被截断：是否接受无从得知；"}
	sayUnreadAnswers = lang.Text{"answers to %s that were cut before their status (truncated): %d", "给%s的应答在状态之前被截断：%d"}
	sayLoginAgain    = lang.Text{"another login followed on the same connection.", "同一连接上随后又有登录。"}
	sayLoginSilent   = lang.Text{"no CONNECT_RESP came within the response timeout.", "应答时限内没有 CONNECT_RESP。"}
	sayLoginClosed   = lang.Text{"no CONNECT_RESP came; the connection ended %s later (%s).", "没有 CONNECT_RESP；%s 后连接结束（%s）。"}
	sayLoginOpen     = lang.Text{"the capture has no CONNECT_RESP to it.", "抓包中没有 CONNECT_RESP。"}
	sayBadAccount    = lang.Text{"sp: the operator does not know SP_Id %s, or not from %s", "SP：运营方不认识 SP_Id %s，或不允许来自 %s"}
	sayAskAccount    = lang.Text{"compare Source_Addr %s and the address with what the operator has on file", "与运营方核对 Source_Addr %s 和登记的地址"}
	sayDigest        = lang.Text{"sp: secret, Timestamp or the way AuthenticatorSource is made", "SP：共享密钥、Timestamp，或 AuthenticatorSource 的算法"}
	sayGiveSecrets   = lang.Text{"--secret-file FILE (lines of SP_Id and secret) tells whose secret is wrong", "用 --secret-file FILE（每行 SP_Id 和密钥）判断是哪一方的密钥不对"}
	sayNoSecretFor   = lang.Text{"--secret-file has no secret for %s", "--secret-file 中没有 %s 的密钥"}
	sayWrongSecret   = lang.Text{"sp: no secret in --secret-file gives the digest that it sent, so it uses another one (cmpp.auth_failed)", "SP：--secret-file 中没有密钥能得出它发送的摘要，它用的是别的密钥（cmpp.auth_failed）"}
	sayOtherSecret   = lang.Text{"gateway: the digest is right for the secret in line %d of --secret-file, so the gateway has another one", "网关：摘要与 --secret-file 第 %d 行的密钥相符，网关登记的是别的密钥"}
	sayWrongForm     = lang.Text{"sp: the secret is right, the digest is made otherwise than the specification says: %s", "SP：密钥正确，但摘要的算法与规范不同：%s"}
	sayCompareSecret = lang.Text{"compare the secrets of both sides", "核对双方的共享密钥"}
	sayMendForm      = lang.Text{"make AuthenticatorSource as the specification says: MD5 of Source_Addr, 9 NULs, secret, Timestamp in ten digits", "按规范生成 AuthenticatorSource：Source_Addr、9 个 NUL、密钥、十位 Timestamp 的 MD5"}
	sayBadVersion    = lang.Text{"sp: it logs in with version %s, the gateway supports %s at most", "SP：以版本 %s 登录，网关最高支持 %s"}
	sayAskVersion    = lang.Text{"log in with version %s", "改用版本 %s 登录"}
	sayTooMany       = lang.Text{"sp: too many connections of the account", "SP：该账号的连接过多"}
	sayCloseOthers   = lang.Text{"close other connections, or ask the operator for more (--view conn lists them)", "关闭其他连接，或向运营方申请更多（--view conn 列出连接）"}
	sayBadAddress    = lang.Text{"sp: the address %s is not allowed", "SP：地址 %s 未被允许"}
	sayAskAddress    = lang.Text{"have the operator allow the address", "请运营方开通该地址"}
	sayAskOperator   = lang.Text{"ask the operator about the Status", "向运营方查询该 Status"}
	sayVerified      = lang.Text{"AuthenticatorSource is right for the secret in line %d of --secret-file", "AuthenticatorSource 与 --secret-file 第 %d 行的密钥相符"}
	sayVerifiedForm  = lang.Text{"AuthenticatorSource fits the secret in line %d of --secret-file only so: %s", "AuthenticatorSource 仅以这种算法与 --secret-file 第 %d 行的密钥相符：%s"}
	sayNotVerified   = lang.Text{"no secret in --secret-file gives the AuthenticatorSource (cmpp.auth_failed)", "--secret-file 中没有密钥能得出该 AuthenticatorSource（cmpp.auth_failed）"}
	sayISMGWrong     = lang.Text{"no secret in --secret-file gives the AuthenticatorISMG of the answer (cmpp.auth_failed)", "--secret-file 中没有密钥能得出应答中的 AuthenticatorISMG（cmpp.auth_failed）"}
	sayISMGForm      = lang.Text{"AuthenticatorISMG fits the secret in line %d of --secret-file only so: %s", "AuthenticatorISMG 仅以这种算法与 --secret-file 第 %d 行的密钥相符：%s"}
)

// What the verdicts on connections say.
var (
	sayOpened       = lang.Text{"opened  %s > %s", "建立  %s > %s"}
	sayMidstream    = lang.Text{"first packet captured, in mid-stream  %s > %s", "抓到的第一个包，中途开始  %s > %s"}
	sayStalled      = lang.Text{"nothing came from %s for %s, with %d open.", "%s已 %s 没有任何数据，%d 个请求未应答。"}
	sayStallSide    = lang.Text{"%s, or the way to it", "%s，或通往它的线路"}
	sayAskStall     = lang.Text{"look at %s at that time: is it hung, or is a firewall in between dropping?", "检查%s当时的状态：是否挂起，或中间防火墙丢包"}
	sayLastHeard    = lang.Text{"  the last that came from %s", "  %s最后发来的 PDU"}
	sayTerminated   = lang.Text{"%s ended the session with TERMINATE after %s.", "%s以 TERMINATE 结束会话，历时 %s。"}
	sayStillOpen    = lang.Text{"the connection was still open when the capture ended, after %s.", "抓包结束时连接仍打开，历时 %s。"}
	sayFin          = lang.Text{"%s closed the connection without TERMINATE (FIN) after %s.", "%s未发 TERMINATE 就关闭了连接（FIN），历时 %s。"}
	saySideOf       = lang.Text{"%s", "%s"}
	sayGaveUp       = lang.Text{"%s ended the connection (%s) after %s: its ACTIVE_TEST got no answer.", "%s结束了连接（%s），历时 %s：它的 ACTIVE_TEST 没有应答。"}
	sayReset        = lang.Text{"%s reset the connection (RST) after %s.", "%s复位了连接（RST），历时 %s。"}
	sayResetSide    = lang.Text{"%s, or a firewall that answers for it", "%s，或代其应答的防火墙"}
	sayReuse        = lang.Text{"a new connection took the same ports; its end was not captured.", "新连接占用了相同端口；没有抓到它的结束。"}
	sayForgotten    = lang.Text{"it was forgotten to stay under --max-mem.", "为不超过 --max-mem 已不再跟踪。"}
	sayFinBy        = lang.Text{"FIN by %s", "FIN，由%s发出"}
	sayRstBy        = lang.Text{"RST by %s", "RST，由%s发出"}
	sayReusedBy     = lang.Text{"a new connection on the same ports", "相同端口上的新连接"}
	sayOldestOpen   = lang.Text{"  no response; the oldest of %d", "  无应答；%d 个中最早的"}
	sayMissed       = lang.Text{"  no response", "  无应答"}
	sayHeartbeat    = lang.Text{"ACTIVE_TESTs were not answered: the end that gets no answer drops the connection", "ACTIVE_TEST 没有应答：收不到应答的一方会断开连接"}
	sayRequests     = lang.Text{"requests of %s: %d, refused: %d, most in flight: %d", "%s的请求：%d，被拒绝：%d，最多在途：%d"}
	sayZeroWindow   = lang.Text{"%s announced a TCP window of 0, for %s in all: it did not read", "%s曾通告 TCP 窗口为 0，共 %s：当时没有读取"}
	sayNoLogoutResp = lang.Text{"no TERMINATE_RESP to frame %d was captured", "未抓到对第 %d 帧的 TERMINATE_RESP"}
	sayBegan        = lang.Text{"what happened on the connection before frame %d", "第 %d 帧之前该连接上的情况"}
)
