using FsCheck;
using FsCheck.Fluent;

namespace IdempotencyGateway.Core.Tests;

/// <summary>Runs a property over generated inputs. A failure prints the input, shrunk where it can be, and the seed that gives it again.</summary>
internal static class Property
{
    public static void Holds<T>(Gen<T> inputs, Func<T, bool> property, int times = 2_000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true), Prop.ForAll(inputs.ToArbitrary(), property));

    /// <summary>For properties that draw freely from a seed of their own.</summary>
    public static void Holds(Func<Random, bool> property, int times = 2_000) =>
        Holds(Gen.Choose(int.MinValue, int.MaxValue), seed => property(new Random(seed)), times);
}
