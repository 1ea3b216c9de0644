using System.Globalization;
using System.Net;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>An address with the length of its network's prefix.</summary>
internal sealed class CidrValue(IpValue address, int length) : CelValue
{
    public IpValue Address => address;

    public int PrefixLength => length;

    public override CelType Type => NetworkLibrary.Cidr;

    /// <summary>The range, or an error.</summary>
    public static CelValue Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var digits = text.AsSpan(slash + 1);
        return slash > 0 && digits.Length is > 0 and < 4 && (digits.Length == 1 || digits[0] != '0') && IpValue.Parse(text[..slash]) is IpValue ip
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= (ip.IsV4 ? 32 : 128)
            ? new CidrValue(ip, length)
            : new ErrorValue($"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\"): invalid CIDR");
    }

    public bool Contains(IpValue ip) => ip.IsV4 == address.IsV4 && Network(ip.Address).SequenceEqual(Network(address.Address));

    public bool Contains(CidrValue other) => other.PrefixLength >= length && Contains(other.Address);

    public CidrValue Masked() => new(new(new IPAddress(Network(address.Address))), length);

    public override bool Equals(object? obj) => obj is CidrValue other && other.PrefixLength == length && other.Address.Equals(address);

    public override int GetHashCode() => HashCode.Combine(address, length);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{address}/{length}");

    private byte[] Network(IPAddress ip)
    {
        var bytes = ip.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return bytes;
    }
}
