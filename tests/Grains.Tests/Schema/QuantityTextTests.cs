using Crescent.Schema;
using Xunit;

namespace Crescent.Grains.Tests.Schema;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData("0.5", "500m")]
    [InlineData("1000m", "1")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("0.5Ki", "512")]
    [InlineData("100Ki", "100Ki")]
    [InlineData("1e3", "1e3")]
    [InlineData("12e6", "12e6")]
    [InlineData("1500", "1500")]
    [InlineData("2000", "2k")]
    [InlineData("0", "0")]
    [InlineData("0Gi", "0")]
    [InlineData("-1", "-1")]
    [InlineData("1E", "1E")]
    [InlineData(".1", "100m")]
    [InlineData("0.0000000001", "1n")]
    public void TryCanonicalize_Quantity_GivesKubernetesForm(string text, string expected)
    {
        Assert.True(QuantityText.TryCanonicalize(text, out var canonical));
        Assert.Equal(expected, canonical);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.2.3")]
    [InlineData("1KB")]
    [InlineData("1 Gi")]
    [InlineData("1e")]
    [InlineData("1e99999")]
    public void TryCanonicalize_Other_IsRefused(string text) => Assert.False(QuantityText.TryCanonicalize(text, out _));
}
