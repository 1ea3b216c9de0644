namespace Crescent.Joining;

/// <summary>Where agents turn to.</summary>
public static class JoinPaths
{
    /// <summary>Everything of ours that is not Kubernetes' API.</summary>
    public const string Root = "/crescent/v1";

    /// <summary>GET: the authority's certificate, for agents that know only its hash.</summary>
    public const string Authority = Root + "/ca";

    public const string Join = Root + "/join";

    public const string Renew = Root + "/renew";

    public const string Token = Root + "/token";
}
