using System.Security.Cryptography;
using Crescent.Security;

namespace Crescent.EndToEnd.Tests.Security;

public sealed class CallTokenTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Verify_OwnSignature_ReturnsTheStatement()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = new CallToken(CallerKind.Node, "node.one", Noon);

        Assert.Equal(token, CallToken.Verify(token.Sign(key), key));
    }

    [Fact]
    public void Verify_ChangedStatement_ReturnsNothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = new CallToken(CallerKind.Node, "a", Noon).Sign(key);
        var other = new CallToken(CallerKind.FrontEnd, "a", Noon).Sign(key);

        Assert.Null(CallToken.Verify(other[..other.LastIndexOf('.')] + text[text.LastIndexOf('.')..], key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1.")]
    [InlineData("c1.0.YQ.1.")]
    [InlineData("c1.0.YQ.1.!!")]
    [InlineData("x.y")]
    public void Verify_Garbage_ReturnsNothing(string text)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(CallToken.Verify(text, key));
    }
}
