using System.Security.Cryptography;
using System.Text;
using Crescent.Grains.Resources.Storage.Encryption;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Storage;

public sealed class BodyCipherTests
{
    private static readonly ResourceKey Key = new(KnownTypes.Secrets, "default", "s");
    private static readonly byte[] Body = """{"data":{"password":"aHVudGVyMg=="}}"""u8.ToArray();

    [Fact]
    public void Decrypt_WhatWasEncrypted_GivesItBackAndShowsNothingOfIt()
    {
        var cipher = new BodyCipher([Line("a")]);
        var sealed1 = cipher.Encrypt(Key, Body);
        Assert.DoesNotContain("aHVudGVyMg", Encoding.UTF8.GetString(sealed1), StringComparison.Ordinal);
        Assert.NotEqual(sealed1, cipher.Encrypt(Key, Body));
        Assert.Equal(Body, cipher.Decrypt(Key, sealed1));
        Assert.Equal(Body, cipher.Decrypt(Key, Body));
    }

    [Fact]
    public void Decrypt_KeyHasRotated_StillReadsWithTheOldOne()
    {
        var (old, fresh) = (Line("a"), Line("b"));
        var stored = new BodyCipher([old]).Encrypt(Key, Body);
        Assert.Equal(Body, new BodyCipher([fresh, old]).Decrypt(Key, stored));
        Assert.Throws<CryptographicException>(() => new BodyCipher([fresh]).Decrypt(Key, stored));
    }

    [Fact]
    public void Decrypt_RowOfAnotherObject_IsRefused()
    {
        var cipher = new BodyCipher([Line("a")]);
        Assert.ThrowsAny<CryptographicException>(() => cipher.Decrypt(new(KnownTypes.Secrets, "default", "other"), cipher.Encrypt(Key, Body)));
    }

    [Theory]
    [InlineData("a:short")]
    [InlineData("nothing")]
    public void Create_LineIsNoKey_SaysSo(string line) => Assert.Throws<InvalidDataException>(() => new BodyCipher([line]));

    private static string Line(string name) => $"{name}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
}
