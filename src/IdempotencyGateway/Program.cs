Console.WriteLine("IdempotencyGateway");
