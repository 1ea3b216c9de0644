using System.Net;
using System.Net.Sockets;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>An IPv4 or IPv6 address.</summary>
internal sealed class IpValue(IPAddress address) : CelValue
{
    private const int LongestText = 64;

    public IPAddress Address => address;

    public bool IsV4 => address.AddressFamily == AddressFamily.InterNetwork;

    public bool IsUnspecified => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    public bool IsLoopback => IPAddress.IsLoopback(address);

    public bool IsLinkLocalUnicast => IsV4 ? Bytes is [169, 254, ..] : address.IsIPv6LinkLocal;

    public bool IsLinkLocalMulticast => IsV4 ? Bytes is [224, 0, 0, _] : Bytes is [0xff, var scope, ..] && (scope & 0x0f) == 2;

    public bool IsGlobalUnicast => !IsUnspecified && !IsLoopback && !IsMulticast && !IsLinkLocalUnicast && !address.Equals(IPAddress.Broadcast);

    public override CelType Type => NetworkLibrary.Ip;

    private bool IsMulticast => IsV4 ? Bytes[0] is >= 224 and < 240 : address.IsIPv6Multicast;

    private byte[] Bytes => address.GetAddressBytes();

    /// <summary>The address, or an error: zones, leading zeros and IPv4 in IPv6 are not allowed.</summary>
    public static CelValue Parse(string text)
    {
        var isV4 = !text.Contains(':', StringComparison.Ordinal);
        if (text.Length > LongestText || (isV4 && !IsDotted(text)) || text.Contains('[', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
        {
            return new ErrorValue($"IP Address '{text}' parse error during conversion from string: ParseAddr(\"{text}\"): unable to parse IP");
        }

        if (text.Contains('%', StringComparison.Ordinal))
        {
            return new ErrorValue($"IP address \"{text}\" with zone value is not allowed");
        }

        return address.IsIPv4MappedToIPv6 ? new ErrorValue($"IPv4-mapped IPv6 address \"{text}\" is not allowed") : new IpValue(address);
    }

    public override bool Equals(object? obj) => obj is IpValue other && other.Address.Equals(address);

    public override int GetHashCode() => address.GetHashCode();

    public override string ToString() => address.ToString();

    private static bool IsDotted(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(static part => part.Length is > 0 and < 4 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
    }
}
