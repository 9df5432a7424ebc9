namespace IdempotencyGateway.Telemetry;

/// <summary>The ids of all log events. Alerts are built on them: never reuse one.</summary>
internal static class EventIds
{
    public const int LeaseLost = 1001;
    public const int LeaseNotRenewed = 1002;
    public const int OutcomeUnknown = 1101;
    public const int ForwardingThrew = 1102;
    public const int MovedOn = 1103;
    public const int NotMarkedAsSent = 1104;
    public const int RecordLost = 1201;
    public const int WriteDeferred = 1202;
    public const int DeferredWriteDone = 1203;
    public const int DeferredWriteDropped = 1204;
    public const int RecordUnreadable = 1205;
    public const int SubjectNotNoted = 1206;
    public const int SubjectErased = 1211;
    public const int SubjectUnknown = 1212;
    public const int SubjectNotErased = 1213;
    public const int StoreUnavailable = 1301;
    public const int PassedThrough = 1302;
    public const int StoreLost = 1303;
    public const int StoreFound = 1304;
    public const int CheckpointFailed = 1305;
    public const int SweepFailed = 1401;
    public const int Draining = 1502;
    public const int CutOff = 1503;
    public const int LimitsLowered = 1511;
    public const int ExchangeEnded = 1601;
    public const int ConsentNamed = 1602;
    public const int RequestFailed = 1603;
    public const int NotProtected = 1611;
    public const int DryRunTold = 1612;
    public const int DryRunFailed = 1613;
    public const int Reloaded = 1701;
    public const int ReloadNeedsRestart = 1702;
    public const int ReloadRefused = 1703;
    public const int ReloadProblem = 1704;
    public const int ReloadFailed = 1705;
    public const int CertificateRenewed = 1706;
    public const int CertificateRefused = 1707;
    public const int ReloadRenames = 1708;
    public const int KeyRingTaken = 1711;
    public const int KeyRingRefused = 1712;
    public const int RiskSourceLoaded = 1751;
    public const int RiskSourceBroken = 1752;
    public const int RiskSourceFailed = 1753;
    public const int AdminRefused = 1801;
    public const int AdminUnavailable = 1802;
    public const int AuditIncomplete = 1803;
    public const int IssuerKeysFetched = 1901;
    public const int IssuerKeysMissing = 1902;
    public const int IssuerKeysNone = 1903;
    public const int ProviderTokenFailed = 2001;
    public const int ProviderTokenRejected = 2002;
}
