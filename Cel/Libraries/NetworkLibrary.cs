using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library">Addresses and ranges</see>.</summary>
internal static class NetworkLibrary
{
    public static readonly CelType Ip = CelType.Opaque("net.IP");
    public static readonly CelType Cidr = CelType.Opaque("net.CIDR");

    public static void AddTo(FunctionTable table)
    {
        table.Global("ip", [CelType.String], Ip, static a => IpValue.Parse(a[0].Text()), Cost);
        table.Global("isIP", [CelType.String], CelType.Bool, static a => Of(IpValue.Parse(a[0].Text()) is IpValue), Cost);
        table.Global("ip.isCanonical", [CelType.String], CelType.Bool,
            static a => IpValue.Parse(a[0].Text()) is IpValue ip ? Of(ip.ToString() == a[0].Text()) : IpValue.Parse(a[0].Text()), Cost);
        table.Global("string", [Ip], CelType.String, static a => Of(a[0].ToString()!));
        table.Member("family", [Ip], CelType.Int, static a => Of(Self(a).IsV4 ? 4 : 6));
        table.Member("isUnspecified", [Ip], CelType.Bool, static a => Of(Self(a).IsUnspecified));
        table.Member("isLoopback", [Ip], CelType.Bool, static a => Of(Self(a).IsLoopback));
        table.Member("isLinkLocalMulticast", [Ip], CelType.Bool, static a => Of(Self(a).IsLinkLocalMulticast));
        table.Member("isLinkLocalUnicast", [Ip], CelType.Bool, static a => Of(Self(a).IsLinkLocalUnicast));
        table.Member("isGlobalUnicast", [Ip], CelType.Bool, static a => Of(Self(a).IsGlobalUnicast));
        table.Global("cidr", [CelType.String], Cidr, static a => CidrValue.Parse(a[0].Text()), Cost);
        table.Global("isCIDR", [CelType.String], CelType.Bool, static a => Of(CidrValue.Parse(a[0].Text()) is CidrValue), Cost);
        table.Global("string", [Cidr], CelType.String, static a => Of(a[0].ToString()!));
        table.Member("containsIP", [Cidr, Ip], CelType.Bool, static a => Of(((CidrValue)a[0]).Contains((IpValue)a[1])));
        table.Member("containsIP", [Cidr, CelType.String], CelType.Bool,
            static a => IpValue.Parse(a[1].Text()) is IpValue ip ? Of(((CidrValue)a[0]).Contains(ip)) : IpValue.Parse(a[1].Text()));
        table.Member("containsCIDR", [Cidr, Cidr], CelType.Bool, static a => Of(((CidrValue)a[0]).Contains((CidrValue)a[1])));
        table.Member("containsCIDR", [Cidr, CelType.String], CelType.Bool,
            static a => CidrValue.Parse(a[1].Text()) is CidrValue other
                ? Of(((CidrValue)a[0]).Contains(other))
                : CidrValue.Parse(a[1].Text()));
        table.Member("ip", [Cidr], Ip, static a => ((CidrValue)a[0]).Address);
        table.Member("masked", [Cidr], Cidr, static a => ((CidrValue)a[0]).Masked());
        table.Member("prefixLength", [Cidr], CelType.Int, static a => Of(((CidrValue)a[0]).PrefixLength));
    }

    private static IpValue Self(CelValue[] arguments) => (IpValue)arguments[0];

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size);
}
